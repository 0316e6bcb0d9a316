import { counted, percent } from '../../model/index.ts';
import type { Fix } from '../../findings/index.ts';
import { clean, cleanBlock } from '../clean.ts';
import { sharesList } from '../ports.ts';
import { verdictWords } from '../words.ts';
import { rowLabel, labelledLines, labelMargin, type Sheet } from './sheet.ts';

/** Lines of one manifest; the whole is in the other formats. */
const manifestLines = 16;
/** Commands of one fix that is the same for several subjects. */
const commandsOfFix = 4;

/** A fix, and the subjects that it is for. */
export interface GroupedFix {
  readonly title: string;
  readonly price: readonly string[];
  /** Of one subject: what the model predicts. */
  readonly after?: string;
  /** Steps, each once, with the cluster where there are several. */
  readonly steps: readonly { readonly step: Fix['steps'][number]; readonly cluster: string }[];
}

/** Fixes of several findings, those that read the same as one, in the order in which they come. */
export function groupFixes(
  findings: readonly {
    readonly cluster: { readonly name: string };
    readonly fixes: readonly Fix[];
  }[],
): readonly GroupedFix[] {
  const groups = new Map<
    string,
    {
      fix: Fix;
      uses: number;
      price: Set<string>;
      steps: Map<string, GroupedFix['steps'][number]>;
    }
  >();
  for (const { cluster, fixes } of findings)
    for (const fix of fixes) {
      const group = groups.get(fix.title) ?? {
        fix,
        uses: 0,
        price: new Set(),
        steps: new Map(),
      };
      groups.set(fix.title, group);
      group.uses += 1;
      for (const each of fix.price) group.price.add(each);
      for (const step of fix.steps)
        group.steps.set(JSON.stringify([cluster.name, step.text]), { step, cluster: cluster.name });
    }
  return [...groups.values()].map(({ fix, uses, price, steps }) => {
    const after = uses === 1 ? predictionText(fix)[0] : undefined;
    return {
      title: fix.title,
      price: [...price],
      ...(after !== undefined && { after }),
      steps: [...steps.values()],
    };
  });
}

/** Title with the prediction, commands, trade-off. Commands that stand above are not repeated. */
export function fixLines(
  fix: GroupedFix,
  word: 'fix' | 'or',
  sheet: Sheet,
  printed: Set<string>,
  named: boolean,
): readonly string[] {
  const key = JSON.stringify(fix.steps);
  const isAbove = fix.steps.length > 0 && printed.has(key);
  printed.add(key);
  const title = clean(fix.title) + (fix.after === undefined ? '' : ` → ${fix.after}`);
  if (isAbove) return labelledLines(word, `${title} (commands and trade-off above)`, sheet);
  return [
    ...labelledLines(word, title, sheet),
    ...stepLines(fix, sheet, named),
    ...labelledLines('trade-off', fix.price.map((each) => clean(each)).join('; '), sheet),
  ];
}

/** A label with a command behind it. */
export function commandLabelled(name: string, command: string, sheet: Sheet): readonly string[] {
  return commandLines(command, roomOf(sheet)).map((line, at) =>
    at === 0 ? rowLabel(name, sheet) + line : labelMargin + line,
  );
}

function roomOf({ prose }: Sheet): number {
  return prose - labelMargin.length - 2;
}

function stepLines({ steps }: GroupedFix, sheet: Sheet, named: boolean): readonly string[] {
  const shown = steps.slice(0, commandsOfFix);
  const left = steps.length - shown.length;
  let last = '';
  return [
    ...shown.flatMap(({ step, cluster }) => {
      const isOther = named && cluster !== last;
      last = cluster;
      return [
        ...(isOther ? [labelMargin + sheet.paint('dim', `# ${clean(cluster)}`)] : []),
        ...(step.tool === 'yaml'
          ? manifest(step.text)
          : commandLines(step.text, roomOf(sheet))
        ).map((line) => labelMargin + sheet.paint('cyan', line)),
      ];
    }),
    ...(left > 0
      ? [
          labelMargin +
            sheet.paint('dim', `# and ${counted(left, 'more step')}: --format markdown or json`),
        ]
      : []),
  ];
}

function manifest(text: string): readonly string[] {
  const lines = cleanBlock(text).split('\n');
  if (lines.length <= manifestLines) return lines;
  const shown = lines.slice(0, manifestLines - 1);
  return [
    ...shown,
    `# and ${counted(lines.length - shown.length, 'more line')}: --format markdown or json`,
  ];
}

/** `33/33/33, even`: what the model says about the Service after the fix. */
export function predictionText(fix: Fix): readonly string[] {
  if (fix.after === undefined) return [];
  const { verdict, lost, shares } = fix.after;
  const lostText = lost > 0 ? `, ${percent(lost)} lost` : '';
  return [`${sharesList(Object.values(shares))}${lostText}, ${verdictWords[verdict]}`];
}

/**
 * A command as it can be pasted into a shell: broken between arguments with a `\` at the end of the line, and inside JSON in single
 * quotes where JSON allows blanks. Other words that are longer than `room` columns stay whole.
 */
export function commandLines(text: string, room: number): readonly string[] {
  return cleanBlock(text)
    .split('\n')
    .flatMap((command) => {
      const lines: string[] = [];
      let line = '';
      for (const word of shellWords(command)) {
        const [head = '', ...rest] = jsonLines(word, room - 2);
        if (line !== '' && line.length + 1 + head.length > room) {
          lines.push(`${line} \\`);
          line = `  ${head}`;
        } else line = line === '' ? head : `${line} ${head}`;
        for (const next of rest) {
          lines.push(line);
          line = `   ${next}`;
        }
      }
      return [...lines, line];
    });
}

/** Words of a command line; what stands in quotes stays whole. */
function shellWords(command: string): readonly string[] {
  return command.match(/(?:\\.|'[^']*'?|"(?:[^"\\]|\\.)*"?|[^\s'"])+/gu) ?? [];
}

/** JSON in single quotes, broken after its commas and brackets; a blank or a line there means nothing. */
function jsonLines(word: string, room: number): readonly string[] {
  if (word.length <= room || !/^'[{[][^']*'$/u.test(word)) return [word];
  const tokens = word.match(/(?:"(?:[^"\\]|\\.)*"|[^",{[])+[,{[]?|[,{[]/gu) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const token of tokens) {
    if (line !== '' && line.length + token.length > room - 1) {
      lines.push(line);
      line = token;
    } else line += token;
  }
  return [...lines, line];
}
