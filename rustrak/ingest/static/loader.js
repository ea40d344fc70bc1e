/* Collects errors from the first moment of a page and hands them to the browser SDK once it is
   there. Called with {dsn, sdk?}: with `sdk`, the address of the SDK's bundle (a CDN's, or a copy
   of your own), the SDK is put on the page; without it this script cannot report anything by
   itself, and waits for the page to bring an SDK of its own. Integrations, tracing and replays are
   the SDK's: what it does not hold, nobody adds. */
function (config) {
  "use strict";
  var MOST = 20; // errors kept; a page that fails in a loop says nothing new after that
  var PATIENCE = 60000; // milliseconds to wait for an SDK
  var errors = [];
  var callbacks = [];
  var done = false;

  function keep(error, hint) {
    if (!done && errors.length < MOST) {
      errors.push([error, hint]);
    }
  }
  function onError(event) {
    keep(event.error || new Error(event.message), { mechanism: { handled: false, type: "onerror" } });
  }
  function onRejection(event) {
    keep(event.reason, { mechanism: { handled: false, type: "onunhandledrejection" } });
  }
  function isSdk(found) {
    return Boolean(found) && typeof found.init === "function";
  }
  function stop() {
    done = true;
    window.removeEventListener("error", onError);
    window.removeEventListener("unhandledrejection", onRejection);
  }
  function start() {
    var sdk = window.Sentry;
    if (done || !isSdk(sdk)) {
      return;
    }
    stop();
    if (typeof window.sentryOnLoad === "function") {
      window.sentryOnLoad();
    }
    if (!(typeof sdk.getClient === "function" && sdk.getClient())) {
      sdk.init({ dsn: config.dsn });
    }
    callbacks.forEach(function (callback) {
      callback();
    });
    errors.forEach(function (kept) {
      sdk.captureException(kept[0], kept[1]);
    });
  }
  function load() {
    if (config.sdk && !isSdk(window.Sentry)) {
      var tag = document.createElement("script");
      tag.src = config.sdk;
      tag.crossOrigin = "anonymous";
      tag.onload = start;
      document.head.appendChild(tag);
    }
  }

  window.addEventListener("error", onError);
  window.addEventListener("unhandledrejection", onRejection);
  window.Sentry = window.Sentry || {
    captureException: keep,
    forceLoad: load,
    onLoad: function (callback) {
      callbacks.push(callback);
    },
  };
  load();
  var clock = setInterval(start, 200);
  setTimeout(function () {
    clearInterval(clock);
    stop();
  }, PATIENCE);
}
