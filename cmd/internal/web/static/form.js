// The form's fields get what the engine knows of them: what they hold at first, their
// ranges, and what leaving them empty means. Here are only their labels, which a test
// compares with the engine's.

/** attributes gives those of an input for a field as the engine describes it. */
export function attributes(field) {
  const out = { title: field.help };
  if (field.min !== undefined) out.min = field.min;
  if (field.max !== undefined) out.max = field.max;
  if (field.length) out.maxlength = field.length;
  if (field.empty) out.placeholder = field.empty;
  return out;
}

/** describe puts what the engine knows of its fields into a form as soon as it is known; what somebody has changed by then stays. */
export function describe(form, known) {
  const touched = new Set();
  const touch = (e) => touched.add(e.target.name);
  for (const type of ["input", "change"]) form.addEventListener(type, touch);
  return known.then((fields) => {
    for (const field of fields) {
      const input = form.elements[field.name];
      if (!input) continue;
      const select = input.tagName === "SELECT";
      for (const [name, value] of Object.entries(attributes(field))) {
        if (select && name !== "title" || name === "placeholder" && input.placeholder) continue; // an example in the form's own words stays
        input.setAttribute(name, value);
      }
      if (input.type !== "checkbox" && field.start !== "" && !touched.has(field.name)) input.value = field.start;
    }
  }, () => { /* the fields do without: what is left out has the engine's default */ });
}
