"use strict";
const byId = (id) => document.getElementById(id);

/** An element with properties and children. Texts go in as texts, never as HTML. */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  Object.assign(made, properties);
  made.append(...children);
  return made;
}
