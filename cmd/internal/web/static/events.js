// Server-sent events in the body of a response: EventSource cannot send a file.

/** parser returns a function that takes pieces of text and calls on(name, data) for every whole event. */
export function parser(on) {
  let rest = "";
  return (piece) => {
    rest += piece;
    for (let end; (end = rest.indexOf("\n\n")) >= 0; ) {
      const block = rest.slice(0, end);
      rest = rest.slice(end + 2);
      let name = "message";
      const data = [];
      for (const line of block.split("\n")) {
        if (line.startsWith("event:")) name = line.slice(6).trim();
        if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      }
      if (data.length > 0) on(name, data.join("\n"));
    }
  };
}
