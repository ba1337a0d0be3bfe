import { createApp } from "vue";
import App from "@/App.vue";
import { currency } from "@/plugins/currency";

createApp(App).use(currency, "EUR").mount("#app");
