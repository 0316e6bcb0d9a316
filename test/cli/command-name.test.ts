import { expect, test } from '@jest/globals';
import { commandName } from '../../shared/cli/terminal.ts';

test.each([
  { script: '/repo/shared/cli/main.ts', cwd: '/repo', env: {}, typed: 'node shared/cli/main.ts' },
  {
    script: '/repo/shared/cli/main.ts',
    cwd: '/repo/docs',
    env: {},
    typed: 'node ../shared/cli/main.ts',
  },
  {
    script: '/repo/shared/cli/main.ts',
    cwd: '/repo',
    env: { npm_command: 'run-script', INIT_CWD: '/repo/docs' },
    typed: 'node ../shared/cli/main.ts',
  },
  { script: '/my repo/main.ts', cwd: '/', env: {}, typed: 'node "my repo/main.ts"' },
  { script: '/usr/bin/evenkeel', cwd: '/', env: {}, typed: 'evenkeel' },
  {
    script: '/x/_npx/1/node_modules/.bin/evenkeel',
    cwd: '/',
    env: { npm_command: 'exec' },
    typed: 'npx evenkeel',
  },
])('$script in $cwd -> $typed', ({ script, cwd, env, typed }) => {
  expect(commandName({ argv: ['/usr/bin/node', script], env, cwd })).toBe(typed);
});
