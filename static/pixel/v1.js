/* The pixel of a shop's pages. On every page it keeps the click ids that come in the address (the first and the last one)
   in a cookie of the shop's own site; where the tag says what was reached, it tells the network. Needs no inline script:
   <script async src="https://NETWORK/pixel/v1.js" data-pixel="px_…"></script>
   <script async src="https://NETWORK/pixel/v1.js" data-pixel="px_…" data-goal="sale" data-order-id="1001" data-amount="49.90"></script>
   or, from a script of the shop: cpanet("conversion", {goal: "sale", order_id: "1001", amount: "49.90"}) */
(function (window, document) {
  "use strict";
  var tag = document.currentScript || document.querySelector("script[data-pixel]");
  if (!tag || !tag.getAttribute("data-pixel")) return;

  var COOKIE = "cpanet_clicks";
  var ID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
  var MOST_IN_ADDRESS = 1800;
  var SAID = ["goal", "order-id", "amount", "currency", "promo-code", "items", "test", "click-id"];
  var address = new URL("/pixel/" + tag.getAttribute("data-pixel") + ".gif", tag.src).href;

  function remembered() {
    var match = document.cookie.match(new RegExp("(?:^|; )" + COOKIE + "=([0-9a-f.]*)"));
    return match ? match[1].split(".").filter(function (id) { return ID.test(id); }) : [];
  }

  function remember() {
    var id = new URLSearchParams(window.location.search).get(tag.getAttribute("data-parameter") || "click_id") || "";
    if (!ID.test(id)) return;
    id = id.replace(/-/g, "").toLowerCase();
    var first = remembered()[0] || id;
    var days = parseInt(tag.getAttribute("data-days"), 10) || 90;
    var domain = tag.getAttribute("data-domain");
    document.cookie = COOKIE + "=" + (first === id ? id : first + "." + id) + "; Path=/; SameSite=Lax; Max-Age=" + days * 86400 +
      (domain ? "; Domain=" + domain : "") + (window.location.protocol === "https:" ? "; Secure" : "");
  }

  function send(said) {
    var values = new URLSearchParams({ via: "js" });
    var clicks = remembered();
    if (clicks.length) values.set("cookie", clicks.join("."));
    Object.keys(said || {}).forEach(function (name) {
      var value = said[name];
      if (value !== null && value !== undefined) values.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
    });
    var text = values.toString();
    if (text.length > MOST_IN_ADDRESS) return beacon(values);
    var image = new Image();
    image.referrerPolicy = "origin";
    image.onerror = function () { beacon(values); }; // the page's policy may allow one and not the other
    image.src = address + "?" + text;
  }

  function beacon(values) {
    if (navigator.sendBeacon) navigator.sendBeacon(address, values);
  }

  function command(what, said) {
    if (what === "conversion") send(said);
  }

  function saidByTag() {
    var said = {}, is_any = false;
    SAID.forEach(function (name) {
      var value = tag.getAttribute("data-" + name);
      if (value !== null) { said[name.replace(/-/g, "_")] = value; is_any = true; }
    });
    return is_any ? said : null;
  }

  remember();
  var waiting = (window.cpanet && window.cpanet.q) || [];
  window.cpanet = command;
  waiting.forEach(function (each) { command.apply(null, each); });
  var said = saidByTag();
  if (said) send(said);
})(window, document);
