import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { candidatesFor } from '../../shared/cli/completion.ts';
import { allPages } from '../../shared/cli/help.ts';
import { run } from './run-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = path.join(import.meta.dirname, '..', '..');

describe('what is offered at a press of Tab', () => {
  test.each([
    { words: ['au'], offers: ['audit'] },
    { words: ['slack', ''], offers: ['preview', 'test', 'manifest'] },
    { words: ['policy', 'c'], offers: ['check'] },
    { words: ['audit', '--fo'], offers: ['--format'] },
    { words: ['audit', '--fail-on', 'c'], offers: ['critical'] },
    { words: ['audit', '--format', 'sa'], offers: ['sarif'] },
    { words: ['plan', '--format', ''], offers: ['text', 'markdown', 'json', 'sarif'] },
    { words: ['plan', '--fail-on', 'w'], offers: ['worse'] },
    { words: ['audit', '--severity', 'i'], offers: ['info'] },
    { words: ['audit', '--su'], offers: ['--subscription', '--summary'] },
    { words: ['audit', '--from', ''], offers: [] },
    { words: ['audit', '--example', '--out'], offers: ['--output'] },
    { words: ['slack', 'manifest', '--'], offers: ['--url', '--help'] },
    { words: ['run', '--'], offers: ['--once', '--help'] },
    { words: ['explain', 'traffic/no-t'], offers: ['traffic/no-traffic'] },
    { words: ['completion', 'z'], offers: ['zsh'] },
    { words: ['--v'], offers: ['--version'] },
    { words: ['nonsense', '--'], offers: ['--help'] },
  ])('$words', ({ words, offers }) => {
    expect(candidatesFor(words)).toEqual(offers);
  });

  test('no option is offered that its command does not know', async () => {
    const commands = [...allPages.matchAll(/^Options of (.+)$/gmu)].map(([, name = '']) => name);
    expect(commands.length).toBeGreaterThan(4);
    for (const command of commands) {
      const words = command.split(' ');
      const options = candidatesFor([...words, '--']).filter((each) => each !== '--help');
      expect({ command, options }).not.toEqual({ command, options: [] });
      for (const option of options) {
        // What ends every command here is the second option; an unknown first one would be named.
        const { err } = await run([...words, option, '--never-an-option']);
        expect(err).not.toContain(`unknown option ${option};`);
      }
    }
  });
});

const has = (shell: string): boolean => {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe('the scripts', () => {
  const folder = temporaryFolder();
  const main = `${JSON.stringify(process.execPath)} ${JSON.stringify(path.join(root, 'shared/cli/main.ts'))}`;

  async function scriptFor(shell: string): Promise<string> {
    const { status, out } = await run(['completion', shell]);
    expect(status).toBe(0);
    const file = path.join(folder, `evenkeel.${shell}`);
    writeFileSync(file, out);
    return file;
  }

  (has('bash') ? describe : describe.skip)('bash', () => {
    test('completes a word, and leaves files to itself', async () => {
      const file = await scriptFor('bash');
      const press = (line: readonly string[]): string =>
        execFileSync(
          'bash',
          [
            '-c',
            `evenkeel() { ${main} "$@"; }; source ${JSON.stringify(file)}; COMP_WORDS=(evenkeel "$@"); COMP_CWORD=$#; _evenkeel; printf '%s\\n' "\${COMPREPLY[@]}"`,
            'bash',
            ...line,
          ],
          { encoding: 'utf8' },
        ).trim();
      expect(press(['audit', '--form'])).toBe('--format');
      expect(press(['slack', ''])).toBe('preview\ntest\nmanifest');
      expect(press(['audit', '--output', ''])).toBe('');
    });
  });

  (has('fish') ? describe : describe.skip)('fish', () => {
    test('completes a word', async () => {
      const file = await scriptFor('fish');
      const said = execFileSync(
        'fish',
        [
          '-c',
          `function evenkeel; ${main} $argv; end; source ${file}; complete -C 'evenkeel audit --form'`,
        ],
        { encoding: 'utf8' },
      );
      expect(said.trim()).toBe('--format');
    });
  });

  (has('zsh') ? describe : describe.skip)('zsh', () => {
    test('completes a word, and offers files where none is known', async () => {
      const file = await scriptFor('zsh');
      const press = (words: string, current: number): string =>
        execFileSync(
          'zsh',
          [
            '-fc',
            `compdef() { :; }; compadd() { print -l -- \${(P)2}; }; _files() { print files; }
             evenkeel() { ${main} "$@"; }; source ${file}; words=(${words}); CURRENT=${current}; _evenkeel`,
          ],
          { encoding: 'utf8' },
        ).trim();
      expect(press('evenkeel audit --form', 3)).toBe('--format');
      expect(press(`evenkeel slack ''`, 3)).toBe('preview\ntest\nmanifest');
      expect(press(`evenkeel audit --output ''`, 4)).toBe('files');
    });
  });

  test('PowerShell has one, and another shell gets one line', async () => {
    expect((await run(['completion', 'powershell'])).out).toContain('Register-ArgumentCompleter');
    expect(await run(['completion', 'tcsh'])).toMatchObject({
      status: 2,
      err: expect.stringMatching(/^evenkeel completion: [^\n]*bash, zsh, fish[^\n]*\n$/u),
    });
  });
});
