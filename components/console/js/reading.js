// Who prepares reads the same console without leading: what would give an order is not offered. The server refuses such
// orders all the same. Elements that only read carry data-reads.

function onlyReads(element) {
  for (const one of element.querySelectorAll("button, input, select, textarea, form, label.field, label.check")) {
    if (one.closest("[data-reads]")) continue
    if (one.matches(".step, .slider-list *, .view-choices *")) one.disabled = true // what they say is to be read
    else if (!one.matches(".view-choices label")) one.hidden = true
  }
}
