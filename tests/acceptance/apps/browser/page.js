// What a shop's page does wrong, watched by @sentry/browser. The DSN is in the page's address: ?dsn=…
import * as Sentry from "@sentry/browser";

const dsn = new URLSearchParams(location.search).get("dsn");

Sentry.init({
  dsn,
  debug: true,
  release: "shop-web@5.0.0",
  environment: "production",
  initialScope: { user: { id: "7" }, tags: { region: "eu-west" } },
});

function totalOf(cart) {
  return cart.items.length;
}

setTimeout(() => totalOf(undefined), 0);
setTimeout(() => Promise.reject(new RangeError("the basket never arrived")), 0);
setTimeout(async () => {
  Sentry.captureFeedback({ name: "Ada", email: "ada@example.com", message: "the button <b>does nothing</b>" });
  Sentry.captureMessage("checkout is slow", "warning");
  const flushed = await Sentry.flush(10000);
  document.title = flushed ? "flushed" : "not flushed";
}, 300);
