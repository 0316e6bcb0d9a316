import { clean, cleanBlock } from '../clean.ts';

const content = Symbol('markup');

/** HTML that came out of the template below: the only thing that goes into a page unescaped. No data from outside can pass for it. */
export interface Markup {
  readonly [content]: string;
}

/** What a hole of a template takes: text is escaped, markup is not, lists are joined, nothing is nothing. */
export type Hole = string | number | Markup | readonly Hole[] | undefined;

/** A template of HTML or SVG: every hole is cleaned and escaped, for text and for quoted attributes alike. */
export function markup(parts: TemplateStringsArray, ...holes: readonly Hole[]): Markup {
  let text = parts[0] ?? '';
  for (const [at, hole] of holes.entries()) text += holeText(hole) + (parts[at + 1] ?? '');
  return { [content]: text };
}

/** Commands and manifests: line breaks stay, all else as in a hole. */
export function block(text: string): Markup {
  return { [content]: escape(cleanBlock(text)) };
}

/** The same of a command line: an option is never broken at its dashes. */
export function command(text: string): Markup {
  const options = htmlOf(block(text)).replaceAll(/(?<=\s)--[a-z][\w-]*/gu, '<span>$&</span>');
  return { [content]: options };
}

/** A constant of this project, numbers or base64, never a string from outside. */
export function trusted(text: string): Markup {
  return { [content]: text };
}

/** The HTML itself, to be written or measured. */
export function htmlOf(piece: Markup): string {
  return piece[content];
}

function holeText(hole: Hole): string {
  if (hole === undefined) return '';
  if (typeof hole === 'string') return escape(clean(hole));
  if (typeof hole === 'number') return Number.isFinite(hole) ? String(hole) : '';
  if (isList(hole)) {
    let text = '';
    for (const each of hole) text += holeText(each);
    return text;
  }
  return hole[content];
}

function isList(hole: Markup | readonly Hole[]): hole is readonly Hole[] {
  return Array.isArray(hole);
}

const special = /[&<>"'`=]/gu;

function escape(text: string): string {
  return text.replace(special, (character) => `&#${character.charCodeAt(0)};`);
}
