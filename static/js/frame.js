// The booking page inside another site tells that site how tall it is, so that
// the frame needs no scroll bar of its own. It says nothing else, and only to the
// sites that the business named.
(() => {
  "use strict";
  const named = document.currentScript.dataset.to.split(" ");
  const above = location.ancestorOrigins?.[0]; // not in every browser
  const body = document.body;
  // As tall as what it shows, no longer as tall as the frame at least.
  for (const e of [body, ...body.children]) e.style.minHeight = 0;
  new ResizeObserver(() => {
    const bookingHeight = Math.ceil(body.getBoundingClientRect().height);
    for (const origin of named) if (!above || above === origin) parent.postMessage({ bookingHeight }, origin);
  }).observe(body);
})();
