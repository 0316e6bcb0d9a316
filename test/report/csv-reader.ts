/** Reads CSV by RFC 4180, strictly: anything that the page does not allow is an error. */
export function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const [cell, end] = text[at] === '"' ? quoted(text, at) : plain(text, at);
    row.push(cell);
    const next = text[end];
    if (next === ',') {
      at = end + 1;
      continue;
    }
    if (text.slice(end, end + 2) !== '\r\n') throw new Error(`no line end at ${end}`);
    rows.push(row);
    row = [];
    at = end + 2;
  }
  return rows;
}

function quoted(text: string, from: number): readonly [string, number] {
  let cell = '';
  let at = from + 1;
  for (;;) {
    const end = text.indexOf('"', at);
    if (end === -1) throw new Error(`an open quote at ${from}`);
    cell += text.slice(at, end);
    if (text[end + 1] !== '"') return [cell, end + 1];
    cell += '"';
    at = end + 2;
  }
}

function plain(text: string, from: number): readonly [string, number] {
  const end = text.slice(from).search(/[,\r\n"]/u);
  if (end === -1) throw new Error(`no line end after ${from}`);
  return [text.slice(from, from + end), from + end];
}
