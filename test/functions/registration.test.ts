import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { formats } from '../../shared/report/index.ts';

const root = path.join(import.meta.dirname, '..', '..');

interface Registered {
  readonly functionName: string;
  readonly type: string;
  readonly route?: string;
  readonly methods?: readonly string[];
  readonly authLevel?: string;
  readonly schedule?: string;
  readonly runOnStartup?: boolean;
  readonly queueName?: string;
  readonly connection?: string;
}

let functions: readonly Registered[] = [];

beforeAll(() => {
  execFileSync(process.execPath, ['scripts/build.ts'], { cwd: root });
  const text = execFileSync(process.execPath, ['scripts/local/metadata.ts'], { cwd: root });
  functions = text
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Registered);
}, 120_000);

describe('what the built app registers with the host', () => {
  test('these functions, with these triggers, routes and levels', () => {
    const rows = functions.map(
      ({ functionName, type, authLevel, methods, route, schedule, runOnStartup, queueName }) =>
        [functionName, type, authLevel, methods?.join(), route, schedule, runOnStartup, queueName]
          .filter((each) => each !== undefined)
          .join(' '),
    );
    expect(rows).toEqual([
      'audit-cluster queueTrigger evenkeel-audit-cluster',
      'audit-cluster-poison queueTrigger evenkeel-audit-cluster-poison',
      'audit-progress httpTrigger function GET audits/{id}',
      'audit-timer timerTrigger %EVENKEEL_SCHEDULE% false',
      'audits httpTrigger function POST audits',
      'health httpTrigger anonymous GET,HEAD health',
      'report httpTrigger function GET,HEAD report',
      'sweeper timerTrigger 0 */5 * * * * false',
    ]);
  });

  test("queues are those of the app's own storage account", () => {
    const queues = functions.filter(({ type }) => type === 'queueTrigger');
    expect(queues.map(({ connection }) => connection)).toEqual([
      'AzureWebJobsStorage',
      'AzureWebJobsStorage',
    ]);
  });

  test('package.json and host.json lead the host to them', () => {
    const { main } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      main: string;
    };
    expect(main).toBe('dist/functions/*.js');
    const host = JSON.parse(readFileSync(path.join(root, 'host.json'), 'utf8')) as {
      extensions: { http: { routePrefix: string } };
    };
    expect(host.extensions.http.routePrefix).toBe('api');
  });

  test('the OpenAPI file has these routes and methods, and no others', () => {
    const openapi = parse(readFileSync(path.join(root, 'docs/openapi.yaml'), 'utf8')) as {
      paths: Record<string, Record<string, { operationId: string; security?: unknown[] }>>;
      components: { parameters: { format: { schema: { enum: string[] } } } };
    };
    const written = Object.entries(openapi.paths).flatMap(([route, methods]) =>
      Object.entries(methods).map(
        ([method, { operationId, security }]) =>
          `${operationId} ${method.toUpperCase()} ${route.slice(1)} ${security?.length === 0 ? 'anonymous' : 'function'}`,
      ),
    );
    const registered = functions
      .filter(({ type }) => type === 'httpTrigger')
      .flatMap(({ functionName, methods = [], route, authLevel }) =>
        methods.map((method) => `${functionName} ${method} ${route} ${authLevel}`),
      );
    expect(written.toSorted()).toEqual(registered.toSorted());
    expect(openapi.components.parameters.format.schema.enum.toSorted()).toEqual(formats.toSorted());
  });
});

describe('a cold start', () => {
  test.each(['health', 'report', 'audit-timer', 'audits', 'audit-cluster'])(
    '%s loads no client of Azure Resource Manager before it audits',
    (name) => {
      const files = [...staticFiles(path.join(root, 'dist/functions', `${name}.js`))];
      expect(files.length).toBeGreaterThan(1);
      const heavy = files.filter((file) =>
        readFileSync(file, 'utf8').includes('class NetworkManagementClient'),
      );
      expect(heavy).toEqual([]);
    },
  );
});

/** Files that are loaded with an entry, before anything is asked for by `import()`. */
function staticFiles(entry: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  const text = readFileSync(entry, 'utf8');
  for (const [, file = ''] of text.matchAll(/(?:^|\n)(?:import|export)[^;]*?from\s*"(\.[^"]+)"/gu))
    staticFiles(path.resolve(path.dirname(entry), file), seen);
  for (const [, file = ''] of text.matchAll(/(?:^|\n)import\s*"(\.[^"]+)"/gu))
    staticFiles(path.resolve(path.dirname(entry), file), seen);
  return seen;
}
