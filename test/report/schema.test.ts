import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import { describe, expect, test } from '@jest/globals';
import { auditSnapshot } from '../../shared/audit/audit-snapshot.ts';
import { coverageOf } from '../../shared/collect/index.ts';
import { unread } from '../../shared/model/index.ts';
import { cluster, node, taint } from '../builders/index.ts';
import { auditFolder } from '../support/audit-folder.ts';
import { report, seenAt } from './builders.ts';
import { articleReport, fleetReport } from './samples.ts';
import { renderJson } from '../support/rendered.ts';

const schemaFile = new URL('../../shared/report/report.schema.json', import.meta.url);
const schema: AnySchemaObject = JSON.parse(readFileSync(schemaFile, 'utf8'));
const validate = new Ajv2020({ allErrors: true, strictTypes: false }).compile(schema);

function faults(value: unknown): readonly string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}

const cases = path.join(import.meta.dirname, '../cases');

describe('the schema of the report', () => {
  test.each([
    { name: 'the article', given: articleReport },
    { name: 'a fleet of every kind of cluster', given: fleetReport },
  ])('$name is a report of version 1', ({ given }) => {
    expect(faults(JSON.parse(renderJson(given)))).toEqual([]);
  });

  test.each(readdirSync(cases))('the audit of %s is one', async (name) => {
    const { clusters } = await auditFolder({
      directory: path.join(cases, name),
      clusters: [],
      takenAt: seenAt,
    });
    expect(clusters).toHaveLength(1);
    expect(faults(JSON.parse(renderJson(report(clusters))))).toEqual([]);
  });

  test('an unknown port and its rules name what was not read', () => {
    const snapshot = cluster({
      nodes: [node('user-0'), node('user-1', { taints: [taint('own=yes:NoSchedule')] })],
      daemonSets: unread('403', 'forbidden'),
    });
    const audited = auditSnapshot({ snapshot, coverage: coverageOf(snapshot) });
    const json: unknown = JSON.parse(renderJson(report([audited])));
    const reason = { slices: ['daemonSets'], code: 'forbidden' };
    expect(faults(json)).toEqual([]);
    expect(json).toMatchObject({
      clusters: [
        {
          services: [{ ports: [{ verdict: 'unknown', why: 'daemonSets: 403', ...reason }] }],
          unknown: expect.arrayContaining([
            expect.objectContaining({ rule: 'traffic/starved-endpoints', ...reason }),
          ]),
        },
      ],
    });
  });

  test('additions are welcome', () => {
    expect(faults({ ...articleReport, schemaVersion: '1.4', later: { anything: true } })).toEqual(
      [],
    );
  });

  test.each([
    { name: 'another major version', change: { schemaVersion: '2.0' } },
    { name: 'no summary', change: { summary: undefined } },
    { name: 'a trigger that is none', change: { run: { ...articleReport.run, trigger: 'moon' } } },
    {
      name: 'a time that is no UTC time',
      change: { run: { ...articleReport.run, startedAt: 'now' } },
    },
  ])('$name is refused', ({ change }) => {
    expect(faults(JSON.parse(JSON.stringify({ ...articleReport, ...change })))).not.toEqual([]);
  });

  test('a share above 1 and an unread slice without a reason are refused', () => {
    const text = renderJson(articleReport)
      .replace('"lost": 0,', '"lost": 1.5,')
      .replace('"state": "read"', '"state": "unread"');
    const found = faults(JSON.parse(text));
    expect(found.join('\n')).toContain('/lost');
    expect(found.join('\n')).toContain('why');
  });
});
