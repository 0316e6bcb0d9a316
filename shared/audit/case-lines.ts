import { listNotSaved, saveCommand, saveTogether, type Case } from '../casefolder/index.ts';
import { printableLine, type Problems } from '../input/index.ts';
import type { ClusterReport } from '../report/report.ts';
import { notSaved } from './virtual-machines.ts';

interface CaseLines {
  /** One clear line for each input fault. */
  readonly problems: readonly string[];
  /** Something that was given could not be read. */
  readonly unreadable: boolean;
  /** Files were given, and none of them is for us. */
  readonly nothingOurs: boolean;
}

const missing = 'the file is missing';
const listFile = /^(?:arm|kubernetes)\/\w+\.json$/u;

/**
 * What people are told about the files of a case: faults of single objects, lists that could not be
 * read with the command that saves them, files that are not for us.
 * @param more Other reasons why nothing was read.
 */
export function caseLines(
  saved: Case,
  problems: Problems,
  report: ClusterReport | undefined,
  more: readonly string[],
): CaseLines {
  const unread = [
    ...new Set([
      ...(report === undefined ? more : unreadLists(saved, report)),
      ...[...saved.lists.values()].flatMap(({ fault }) => lineOf(fault)),
    ]),
  ];
  const faults = saved.faults.flatMap(lineOf);
  const notes = saved.notes.flatMap(lineOf);
  const given = new Set(saved.sources);
  const isGiven = (line: string): boolean => given.has(sourceIn(line, given) ?? '');
  return {
    problems: [
      ...problems.lines,
      ...faults,
      ...(report === undefined ? [] : more),
      ...(saved.layout ? unread : unread.filter((line) => !line.endsWith(missing))).map((line) =>
        advised(line, saved),
      ),
      ...(saved.layout
        ? []
        : saveTogether(unread.filter((line) => line.endsWith(missing)).map(fileOf))),
      ...fewNotes(notes),
    ].map((line) => inCase(saved.prefix, line)),
    unreadable: faults.length > 0 || unread.some(isGiven) || lacksSide(saved),
    nothingOurs: saved.sources.length > 0 && saved.lists.size === 0,
  };
}

function lineOf(fault: { readonly source: string; readonly why: string } | undefined): string[] {
  return fault === undefined ? [] : [`${fault.source}: ${fault.why}`];
}

/** Files of one side were given, and nothing in them is for us. */
function lacksSide({ sources, lists }: Case): boolean {
  const read = [...lists.keys()];
  return ['arm/', 'kubernetes/'].some(
    (side) =>
      sources.some((source) => source.startsWith(side)) &&
      !read.some((file) => file.startsWith(side)),
  );
}

/** Files and lists that kept slices from being read, each with its reason once. */
function unreadLists(saved: Case, report: ClusterReport | undefined): readonly string[] {
  const given = new Set(saved.sources);
  return (report?.coverage ?? []).flatMap(({ state, why = '' }) => {
    if (state === 'read' || why.endsWith(notSaved) || why.endsWith(listNotSaved)) return [];
    const source = sourceIn(why, given);
    return source === undefined ? [] : [why.slice(why.indexOf(`${source}: `))];
  });
}

/** The file that a reason names: one that was given, or one that would be in a case folder. */
function sourceIn(why: string, given: ReadonlySet<string>): string | undefined {
  // A slice may be unread for another one: `nodes: kubernetes/nodes.json: …`.
  const starts = [...why.matchAll(/: /gu)].map(({ index }) => index);
  for (const start of [0, ...starts.map((at) => at + 2)])
    for (const end of starts) {
      const name = why.slice(start, Math.max(start, end));
      if (given.has(name) || listFile.test(name)) return name;
    }
  return undefined;
}

/** The same line, with the command that saves its file. */
function advised(line: string, saved: Case): string {
  const source = sourceIn(line, new Set(saved.sources)) ?? '';
  const files = [...saved.lists.values()]
    .filter(
      ({ parts, fault }) =>
        fault?.source === source || parts.some((part) => part.source === source),
    )
    .map(({ kind }) => kind.file);
  const own = listFile.test(source) ? source : undefined;
  const command = saveCommand(own ?? (files.length === 1 ? (files[0] ?? '') : ''));
  if (command === undefined) return line;
  return `${line}; save it${line.endsWith(missing) ? '' : ' again'} with: ${command}`;
}

function fileOf(line: string): string {
  return line.slice(0, line.indexOf(': '));
}

const mostNotes = 5;

/** A folder with a thousand logs is told in a few lines. */
function fewNotes(notes: readonly string[]): readonly string[] {
  if (notes.length <= mostNotes) return notes;
  const rest = notes.length - mostNotes + 1;
  return [...notes.slice(0, mostNotes - 1), `and ${rest} more files that are not read`];
}

function inCase(prefix: string, line: string): string {
  // What came through a proxy stands under a path of the API; some lines are about no file.
  const isWhole = line.startsWith('/') || /^(?:not given: |and \d+ more files)/u.test(line);
  return printableLine(isWhole ? line : `${prefix}${line}`);
}
