import { describe, expect, test } from '@jest/globals';
import { barLine, progressOn } from '../../shared/cli/progress.ts';
import type { Terminal } from '../../shared/cli/terminal.ts';

describe('the bar', () => {
  test.each([
    { done: 0, total: 10, elapsedMs: 0, shows: /^·{24} 0\/10 {2}aks$/u },
    { done: 5, total: 10, elapsedMs: 10_000, shows: /^█{12}·{12} 5\/10 {2}~10 s left {2}aks$/u },
    { done: 10, total: 10, elapsedMs: 20_000, shows: /^█{24} 10\/10 {2}aks$/u },
    { done: 1, total: 5000, elapsedMs: 1_000, shows: /~83 min left/u },
    { done: 1, total: 50_000, elapsedMs: 1_000, shows: /~13\.9 h left/u },
  ])('$done of $total', ({ done, total, elapsedMs, shows }) => {
    expect(barLine(done, total, 'aks', elapsedMs, 80)).toMatch(shows);
  });

  test('keeps to the width, and takes control characters out of a name', () => {
    const line = barLine(1, 3, `\u001B[2J${'x'.repeat(300)}`, 1_000, 60);
    expect(line.length).toBeLessThan(60);
    expect(line).not.toContain('\u001B');
  });
});

describe('where standard error is no terminal', () => {
  test('a line for each step, none for a single one', () => {
    expect(said(false)).toEqual(['audited 1 of 2  a: complete\n', 'audited 2 of 2  b: complete\n']);
  });

  test('on a terminal one line that is redrawn and goes at the end', () => {
    const text = said(true).join('');
    expect(text).not.toContain('\n');
    expect(text.endsWith('\r\u001B[2K')).toBe(true);
  });
});

function said(live: boolean): readonly string[] {
  const lines: string[] = [];
  const io: Terminal = {
    out: () => undefined,
    err: (text) => void lines.push(text),
    width: 80,
    tty: false,
    colour: false,
    live,
    errWidth: 80,
    command: 'evenkeel',
    onInterrupt: () => () => undefined,
  };
  const progress = progressOn(io, 'audited', () => 0);
  progress.update(1, 2, 'a: complete');
  progress.update(2, 2, 'b: complete');
  progress.update(1, 1, 'alone');
  progress.end();
  return lines;
}
