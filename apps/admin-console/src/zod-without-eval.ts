import { z } from "zod";

// Our policy lets nothing be evaluated; zod would try, and be reported for it. Imported before any schema is made.
z.config({ jitless: true });
