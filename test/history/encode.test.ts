import { describe, expect, test } from '@jest/globals';
import { decodeState, diff, encodeState } from '../../shared/history/index.ts';
import { cluster, starved, timeline } from './timeline.ts';

const runs = timeline();
runs.run([cluster([starved()])]);
const { state } = runs.run([cluster([starved('shop/api')])]);
const text = encodeState(state);
const { runId } = state;
const kindOf = (changed: string, id = runId): string =>
  decodeState({ runId: id, text: changed }).kind;

describe('what is known after a run', () => {
  test('is read back as it was written', () => {
    const decoded = decodeState({ runId, text });
    expect(decoded.kind).toBe('state');
    expect(decoded.kind === 'state' && encodeState(decoded.state)).toBe(text);
    const results = [cluster([starved()])];
    const options = { runId: 'next', startedAt: 'next', now: '2026-11-24T00:00:00Z' };
    expect(diff(decoded.kind === 'state' ? decoded.state : undefined, results, options)).toEqual(
      diff(state, results, options),
    );
  });

  test('before the first run there is none', () => {
    expect(decodeState(undefined).kind).toBe('none');
  });

  test.each([
    { name: 'an empty file', given: '', kind: 'missing' },
    { name: 'something else', given: 'hello', kind: 'corrupt' },
    { name: 'a JSON file of somebody else', given: '{"format":"other"}\n{}', kind: 'corrupt' },
    { name: 'a head alone', given: text.slice(0, text.indexOf('\n')), kind: 'corrupt' },
    { name: 'half of it', given: text.slice(0, text.length / 2), kind: 'corrupt' },
    { name: 'one letter less', given: text.slice(0, -1), kind: 'corrupt' },
    {
      name: 'another major version',
      given: text.replace('"version":"1.0"', '"version":"2.0"'),
      kind: 'newer',
    },
    {
      name: 'a version far ahead',
      given: text.replace('"version":"1.0"', '"version":"10.3"'),
      kind: 'newer',
    },
    {
      name: 'a later minor version',
      given: text.replace('"version":"1.0"', '"version":"1.7"'),
      kind: 'state',
    },
    { name: 'no version', given: text.replace('"version":"1.0",', ''), kind: 'corrupt' },
    {
      name: 'a version that is none',
      given: text.replace('"version":"1.0"', '"version":"latest"'),
      kind: 'corrupt',
    },
  ])('$name is $kind', ({ given, kind }) => {
    expect(kindOf(given)).toBe(kind);
  });

  test('that of another run was rolled back', () => {
    expect(kindOf(text, '2026-12-24T00:00:00Z')).toBe('rolled-back');
  });

  test('any changed letter of the body is noticed', () => {
    const start = text.indexOf('\n') + 1;
    for (let at = start; at < text.length; at += 7) {
      const flipped = String.fromCharCode((text.charCodeAt(at) % 126) + 1);
      expect(kindOf(text.slice(0, at) + flipped + text.slice(at + 1))).toBe('corrupt');
    }
  });

  test('a body that is vouched for and has another shape is not used', () => {
    const lives = { kind: 'plain', open: [{}], closed: [] };
    const bad = { ...state, clusters: [...state.clusters, { id: 'x', name: 'x', lives }] };
    expect(kindOf(encodeState(bad as unknown as typeof state))).toBe('corrupt');
  });
});
