/* The dialog that asks a user what happened. Everything it shows comes from the query of its own
   address and is written as text, never as markup; what is typed goes back to the same address. */
(function () {
  "use strict";
  var address = new URL(document.currentScript.src);
  var given = address.searchParams;
  var FIELDS = [
    ["name", "labelName", "Name", "text", 128],
    ["email", "labelEmail", "E-mail", "email", 75],
    ["comments", "labelComments", "What happened?", "textarea", 4096],
  ];
  var STYLE =
    "font:16px/1.4 sans-serif;color:#222;background:#fff;border:1px solid #999;border-radius:6px;" +
    "padding:24px;width:min(480px,90vw);box-sizing:border-box;position:fixed;top:10vh;left:50%;" +
    "transform:translateX(-50%);z-index:2147483647;box-shadow:0 0 0 100vmax rgba(0,0,0,.4)";

  function word(name, otherwise) {
    return given.get(name) || otherwise;
  }
  function make(kind, text, parent) {
    var element = document.createElement(kind);
    element.textContent = text;
    parent.appendChild(element);
    return element;
  }
  function addField(form, field) {
    var label = make("label", word(field[1], field[2]), form);
    label.style.display = "block";
    var input = make(field[3] === "textarea" ? "textarea" : "input", "", label);
    if (field[3] !== "textarea") {
      input.type = field[3];
    }
    input.name = field[0];
    input.maxLength = field[4];
    input.value = word(field[0], "");
    input.required = field[0] === "comments";
    input.style.cssText = "display:block;width:100%;box-sizing:border-box;margin:4px 0 12px";
  }
  function addButton(form, type, text) {
    var button = make("button", text, form);
    button.type = type;
    button.style.marginRight = "8px";
    return button;
  }

  var form = document.createElement("form");
  form.setAttribute("role", "dialog");
  form.setAttribute("aria-modal", "true");
  form.style.cssText = STYLE;
  make("h2", word("title", "It looks like something went wrong."), form);
  make("p", word("subtitle", "Our team has been told."), form);
  make("p", word("subtitle2", "If you would like to help, tell us what happened below."), form);
  FIELDS.forEach(function (field) {
    addField(form, field);
  });
  var notice = make("p", "", form);
  notice.setAttribute("role", "status");
  addButton(form, "submit", word("labelSubmit", "Send"));
  var close = addButton(form, "button", word("labelClose", "Close"));

  function leave() {
    form.remove();
    document.removeEventListener("keydown", onKey);
    window.postMessage("__sentry_reportdialog_closed__", "*"); // the SDK's onClose waits for it
  }
  function onKey(event) {
    if (event.key === "Escape") {
      leave();
    }
  }
  function say(answer) {
    if (answer.ok) {
      FIELDS.forEach(function (field) {
        form.elements[field[0]].disabled = true;
      });
      notice.textContent = word("successMessage", "Thank you. Your words have been sent.");
    } else if (answer.status === 400) {
      notice.textContent = word("errorFormEntry", "Please check what you wrote and try again.");
    } else {
      fail();
    }
  }
  function fail() {
    notice.textContent = word("errorGeneric", "That did not work. Please try again later.");
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var typed = new URLSearchParams();
    FIELDS.forEach(function (field) {
      typed.set(field[0], form.elements[field[0]].value);
    });
    fetch(address.href, { method: "POST", body: typed }).then(say, fail);
  });
  close.addEventListener("click", leave);
  document.addEventListener("keydown", onKey);
  document.body.appendChild(form);
  form.elements.name.focus();
})();
