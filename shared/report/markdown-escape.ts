/** Characters that mean something inside a line, in GitHub's tables, mentions and references. */
const meaning = /[\\`*_[\]#|<>~$@&]/gu;
/** What starts a list, a rule or a heading where a line starts with it. */
const opening = /^(?:[-+=](?=[-+=\s]|$)|\d{1,9}(?=[.)](?:\s|$)))/u;
/** Addresses and emoji short codes that GitHub finds by itself. */
const automatic = /:(?=\/\/|[\w+-]{1,64}:)|(?<=\bwww)\./giu;

/**
 * A clean line as Markdown text: no link, mention, table cell, list or HTML comes of it. An
 * invisible character keeps GitHub, which looks for mentions, references and addresses after it has
 * removed the escapes, from finding one.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(automatic, '$&\u200B')
    .replace(meaning, escapeOne)
    .replace(opening, (start) => (/\d/u.test(start) ? `${start}\u200B` : `\\${start}`));
}

function escapeOne(character: string): string {
  switch (character) {
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    case '&':
      return '&amp;';
    case '@':
    case '#':
      return `\\${character}\u200B`;
    default:
      return `\\${character}`;
  }
}
