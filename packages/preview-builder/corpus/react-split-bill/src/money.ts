const format = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });

export const euros = (amount: number): string => format.format(amount);
