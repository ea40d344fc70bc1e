// A small shop that fails in many ways, watched by @sentry/node: `node app.js FILE`.
// DSN, release and environment come from SENTRY_DSN, SENTRY_RELEASE and SENTRY_ENVIRONMENT.
// The file gets the events as they left `beforeSend`, by the name of their scene.
import { writeFileSync } from "node:fs";
import * as Sentry from "@sentry/node";

// Not written as escapes, because the SDK sends the lines of source, too.
const NUL = String.fromCharCode(0);
const SURROGATE = String.fromCharCode(0xd800);

const sent = {};
let playing = "";

Sentry.init({
  debug: true,
  tracesSampleRate: 1.0,
  enableLogs: true,
  beforeSend(event) {
    if (playing === "dropped") return null;
    sent[playing] = JSON.parse(JSON.stringify(event));
    return event;
  },
});

class CheckoutError extends Error {
  name = "CheckoutError";
}

function charge(order) {
  throw new RangeError(`card for order ${order} declined`);
}

function pay(order) {
  try {
    charge(order);
  } catch (cause) {
    throw new CheckoutError(`order ${order} not paid`, { cause });
  }
}

const scenes = {
  chain(scope) {
    scope.setTag("region", "eu-west");
    scope.setTag("attempt", 3);
    scope.setUser({ id: "7", email: "ada@example.com" });
    scope.setExtra("cart", { items: 3, nested: { deep: [1, 2.5, null, true] } });
    scope.setContext("payment", { provider: "bank", retries: 2 });
    scope.addBreadcrumb({ category: "query", message: "SELECT 1", data: { rows: 1 } });
    scope.addBreadcrumb({ category: "http", message: "POST /pay 🍒", level: "warning" });
    scope.addAttachment({ filename: "cart.csv", data: "a,b\n1,2\n" });
    try {
      pay(1042);
    } catch (error) {
      Sentry.captureException(error);
    }
  },
  group() {
    const parts = [new TypeError("no sku"), new RangeError("no stock")];
    Sentry.captureException(new AggregateError(parts, "two parts failed"));
  },
  message() {
    Sentry.captureMessage("stock is low", "warning");
  },
  fingerprinted(scope) {
    scope.setFingerprint(["nightly", "import"]);
    scope.setLevel("fatal");
    Sentry.captureException(new SyntaxError("no number"));
  },
  hostile(scope) {
    scope.setTag("broken", `nul ${NUL} and ${SURROGATE} surrogate`);
    Sentry.captureException(new Error(`nul ${NUL}, surrogate ${SURROGATE}, markup <script>`));
  },
  dropped() {
    Sentry.captureMessage("beforeSend drops this");
  },
};

for (const [name, scene] of Object.entries(scenes)) {
  playing = name;
  Sentry.withIsolationScope(() => Sentry.withScope(scene));
  await Sentry.flush(60_000);
}

Sentry.startSpan({ op: "task", name: "nightly" }, () => Sentry.logger.info("imported 7 rows"));
Sentry.captureCheckIn({ monitorSlug: "nightly", status: "ok", duration: 1.5 });
Sentry.startSession();
Sentry.endSession();
await Sentry.close(60_000);
writeFileSync(process.argv[2], JSON.stringify(sent));
