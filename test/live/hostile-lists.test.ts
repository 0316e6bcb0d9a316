import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { kindOfPath } from '../collect/transport.ts';
import { isLong } from '../support/long.ts';
import type { Grown } from './hostile-child.ts';
import { plainServer } from './plain-server.ts';

/** Items that cost much more once they are parsed or kept than they have bytes. */
const shapes: Readonly<Record<string, (name: string) => string>> = {
  'empty objects': () => '{}',
  'empty lists': () => '[]',
  'many fields': (name) => `{"${name}":0}`,
  'tiny, with names': (name) => named(name, ''),
  'many labels': (name) => named(name, `,"labels":{${labels}}`),
  'labels of 60 KB': (name) => named(name, `,"labels":{${largeLabels(name)}}`),
  'one label of 60 KB': (name) => named(name, `,"labels":{"l":"${name}${'x'.repeat(60_000)}"}`),
  'one text of 15 MB': (name) => named(name, `,"uid":"${wide}${'x'.repeat(15e6)}"`),
  'texts of 1.4 MB': (name) => named(name, `,"uid":"${wide}${'x'.repeat(1.4e6)}"`),
  'texts of 60 KB': (name) => named(name, `,"uid":"${wide}${'x'.repeat(60_000)}"`),
  'events with long messages': (name) =>
    named(
      name,
      '',
      `"involvedObject":{"kind":"Service","namespace":"a","name":"${name}"},"message":"${name}${wide}${'x y '.repeat(256)}"`,
    ),
  'routes with long names': (name) => named(name, '', `"spec":{"hostnames":[${longNames(name)}]}`),
};
/** One such character, and all others of its text take two bytes, too. */
const wide = 'ā';

function longNames(name: string): string {
  return Array.from({ length: 16 }, (_, at) => `"${name}-${at}${wide}${'x'.repeat(240)}"`).join(
    ',',
  );
}

/** As many as may be, each as long as an API server takes it, and no two alike. */
function largeLabels(name: string): string {
  const key = `${'k'.repeat(240)}/${'k'.repeat(50)}`;
  const at = Array.from({ length: 160 }, (_, each) => `"${key}${name}${each}":"${name}-${each}"`);
  return at.join(',');
}
const labels = Array.from({ length: 1000 }, (_, at) => `"l${at}":"v${at}"`).join(',');

function named(name: string, more: string, fields = '"spec":{},"status":{}'): string {
  return `{"metadata":{"namespace":"a","name":"${name}"${more}},${fields}}`;
}

/** A page as large as one may be, in bytes and in values, or ten times that. */
function page(shape: string, apiPath: string, call: number, times = 1): Buffer {
  const item = shapes[shape] ?? (() => '{}');
  const items: string[] = [];
  const values = (item('').match(/[{[,]/gu) ?? []).length + 1;
  const most = (240_000 * times) / values;
  const name = (at: number): string => `n${call}-${at}`;
  if (item(name(0)) === item(name(1))) {
    const count = Math.ceil(Math.min(15e6 / (item('').length + 1), most));
    items.push(`${item('')},`.repeat(count).slice(0, -1));
  } else
    for (let bytes = 0, at = 0; bytes < 15e6 && at < most; at++) {
      const text = item(name(at));
      bytes += text.length + 1;
      items.push(text);
    }
  const metadata = `{"continue":"${call}"}`;
  return gzipSync(
    `{"kind":"${kindOfPath(apiPath)}","metadata":${metadata},"items":[${items.join(',')}]}`,
    { level: 1 },
  );
}

/** Pages without an end for one list, or for all. */
function answering(shape: string, only: string | undefined, times?: number): RequestListener {
  let call = 0;
  return ({ url = '' }, response) => {
    const [apiPath = ''] = url.split('?');
    const hostile = only === undefined || apiPath === only;
    const body = hostile
      ? page(shape, apiPath, call++, times)
      : gzipSync(`{"kind":"${kindOfPath(apiPath)}","items":[]}`);
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(body);
  };
}

const child = path.join(import.meta.dirname, 'hostile-child.ts');

async function grown(listener: RequestListener): Promise<Grown> {
  const ports = [await plainServer(answering('', 'none')), await plainServer(listener)];
  const { stdout } = await promisify(execFile)(process.execPath, [child, ...ports.map(String)]);
  const result: Grown = JSON.parse(stdout);
  return result;
}

/** Lists other than nodes whose texts are kept. */
const lists: Readonly<Record<string, string>> = {
  'events with long messages': '/api/v1/events',
  'routes with long names': '/apis/gateway.networking.k8s.io/v1/httproutes',
};

const shown = isLong
  ? Object.keys(shapes)
  : ['empty objects', 'tiny, with names', ...Object.keys(lists)];
/** Refused at the first page by what reads labels; the others keep nothing of it, page by page, for two minutes. */
const refused = 'one label of 60 KB';
/** Of all lists at once in `npm test`. */
const few = shown.filter((shape) => isLong || !(shape in lists));

test.each(shown)('a list of %s costs little', async (shape) => {
  const list = lists[shape] ?? '/api/v1/nodes';
  const { mb, why } = await grown(answering(shape, list));
  expect(why[0]).toContain(`${list}: `);
  expect(mb).toBeLessThan(64);
});

test.each(few.filter((shape) => shape !== refused))(
  'all lists at once of %s too',
  async (shape) => {
    const { mb } = await grown(answering(shape, undefined));
    expect(mb).toBeLessThan(200);
  },
);

test('31 KB of gzip with five million objects are not parsed', async () => {
  const { mb, why } = await grown(answering('empty objects', '/api/v1/nodes', 100));
  expect(why[0]).toMatch(/more than 250000/u);
  expect(mb).toBeLessThan(64);
});
