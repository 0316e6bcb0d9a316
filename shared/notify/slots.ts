import { grouped } from '../model/index.ts';
import { clean } from '../report/clean.ts';
import type {
  Block,
  Mention,
  MrkdwnText,
  PlainText,
  RichPreformatted,
  RichSection,
  RichText,
  Span,
} from './message.ts';

/**
 * One function per place of a message that holds text. Nothing else in this room makes a text
 * object, so what is said here about untrusted strings holds for every message.
 */

/** Longest name, title and reason that a message carries; UTF-16 units. */
export const longest = { name: 80, title: 200, reason: 240, header: 150, button: 75 } as const;

/**
 * One line without controls, bidi and zero-width characters, composed (NFC), of at most `most` UTF-16
 * units: that is how clients count, and what is outside of the basic plane counts twice.
 */
export function slackLine(text: string, most: number): string {
  const whole = clean(text.toWellFormed().normalize('NFC'), most);
  if (whole.length <= most) return whole;
  let cut = '';
  for (const point of whole) {
    if (cut.length + point.length > most - 1) break;
    cut += point;
  }
  return `${cut}…`;
}

/**
 * For the top-level `text`, where Slack parses: no `&`, `<` or `>` of a name survives, so no mention,
 * link or date comes of it. Backticks go too, for they would open a code span.
 */
export function escaped(text: string, most: number): string {
  return slackLine(text, most)
    .replaceAll('`', '\u02CB')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** A header or a button: not parsed, no emoji. Slack refuses empty text. */
export function plain(text: string, most: number): PlainText {
  return { type: 'plain_text', emoji: false, text: slackLine(text, most) || '-' };
}

/** The title of a message. */
export function header(text: string): Block {
  return { type: 'header', text: plain(text, longest.header) };
}

/** A block of lines, lists and columns. */
export function richText(...elements: RichText[]): Block {
  return { type: 'rich_text', elements };
}

/** A span of rich text: not parsed. */
export function span(text: string, most: number, style?: Span['style']): Span {
  return { type: 'text', text: inSpan(text, most) || '-', ...(style !== undefined && { style }) };
}

/** A name in rich text, set as code. */
export function code(text: string, most: number = longest.name): Span {
  return span(text, most, { code: true });
}

/** Blanks at the ends part one span from the next: they stay, all others fold. */
function inSpan(text: string, most: number): string {
  const inner = slackLine(text, most);
  if (inner === '') return '';
  return `${text.startsWith(' ') ? ' ' : ''}${inner}${text.endsWith(' ') ? ' ' : ''}`;
}

/** A line of rich text. */
export function line(...elements: (Span | Mention)[]): RichSection {
  return { type: 'rich_text_section', elements };
}

const source = Symbol('mrkdwn');
/** Text with markup. Only this module can make one, as nobody else has the symbol. */
export interface Trusted {
  readonly [source]: string;
}

/**
 * Markup of our own words: the template's literals pass, numbers pass, another `Trusted` passes.
 * There is no hole for a string, so a name cannot get in.
 */
export function mrkdwn(
  literals: TemplateStringsArray,
  ...values: readonly (number | Trusted)[]
): Trusted {
  const parts = literals.map((literal, at) => {
    const value = values[at];
    if (value === undefined) return literal;
    return literal + (typeof value === 'number' ? grouped(value) : value[source]);
  });
  return { [source]: parts.join('') };
}

/** Several with something between them. */
export function joined(parts: readonly Trusted[], between: Trusted): Trusted {
  return { [source]: parts.map((part) => part[source]).join(between[source]) };
}

/** A text object that Slack parses. */
export function mrkdwnText(text: Trusted): MrkdwnText {
  return { type: 'mrkdwn', verbatim: true, text: text[source] };
}

/**
 * A time that each reader sees in their own zone; the fallback is UTC. What is no ISO time shows as
 * `an unknown time`.
 */
export function when(iso: string): Trusted {
  const ms = Date.parse(iso);
  if (!Number.isFinite(ms)) return mrkdwn`an unknown time`;
  const utc = new Date(ms).toISOString();
  const fallback = `${utc.slice(0, 10)} ${utc.slice(11, 16)} UTC`;
  return { [source]: `<!date^${Math.floor(ms / 1000)}^{date_short_pretty} {time}|${fallback}>` };
}

/** A label above a value, in the fields of a section: not parsed. */
export function labelledField(label: string, value: string): PlainText {
  const text = `${label}\n${slackLine(value, longest.reason) || '-'}`;
  return { type: 'plain_text', emoji: false, text };
}

/** Lines whose columns stand under one another: not parsed. */
export function preformatted(lines: readonly string[]): RichPreformatted {
  const text = lines.map((each) => spaced(each)).join('\n') || '-';
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text }] };
}

/** As `oneLine`, with runs of blanks left as they are. */
function spaced(text: string): string {
  return text
    .split(' ')
    .map((word) => slackLine(word, longest.reason))
    .join(' ')
    .trimEnd();
}

/** Notifies a person (`U…`, `W…`) or a group (`S…`); nothing of another form does. */
export function mention(id: string): readonly Mention[] {
  if (/^[UW][A-Z0-9]{6,14}$/u.test(id)) return [{ type: 'user', user_id: id }];
  return /^S[A-Z0-9]{6,14}$/u.test(id) ? [{ type: 'usergroup', usergroup_id: id }] : [];
}
