import { describe, expect, test } from '@jest/globals';
import type { QuietHours } from '../../shared/policy/index.ts';
import { quietUntil } from '../../shared/notify/routing/quiet-hours.ts';
import { weeklySlot } from '../../shared/notify/routing/weekly-slot.ts';

const nights: QuietHours = {
  zone: 'Europe/Berlin',
  from: '19:00',
  to: '07:30',
  criticalBreaksThrough: true,
};
const weekends: QuietHours = { ...nights, days: ['sat', 'sun'] };

function until(quiet: QuietHours | undefined, now: string): string | undefined {
  const end = quietUntil(quiet, Date.parse(now));
  return end === undefined ? undefined : new Date(end).toISOString();
}

describe('quiet hours', () => {
  test.each<[string, QuietHours | undefined, string, string | undefined]>([
    ['none', undefined, '2026-11-23T23:00:00Z', undefined],
    ['by day', nights, '2026-11-23T12:00:00Z', undefined],
    ['the minute before', nights, '2026-11-23T17:59:00Z', undefined],
    ['the first minute', nights, '2026-11-23T18:00:00Z', '2026-11-24T06:30:00.000Z'],
    ['after midnight', nights, '2026-11-24T02:17:33Z', '2026-11-24T06:30:00.000Z'],
    ['the last minute', nights, '2026-11-24T06:29:59Z', '2026-11-24T06:30:00.000Z'],
    ['the end', nights, '2026-11-24T06:30:00Z', undefined],
    [
      'Friday evening goes on to Monday',
      weekends,
      '2026-11-27T18:30:00Z',
      '2026-11-30T06:30:00.000Z',
    ],
    ['Sunday noon', weekends, '2026-11-29T12:00:00Z', '2026-11-30T06:30:00.000Z'],
    ['the night when clocks go back', nights, '2026-10-24T22:00:00Z', '2026-10-25T06:30:00.000Z'],
    [
      'the night when clocks go forward',
      nights,
      '2027-03-27T22:00:00Z',
      '2027-03-28T05:30:00.000Z',
    ],
    [
      'a zone with three quarters of an hour',
      { ...nights, zone: 'Asia/Kathmandu' },
      '2026-11-23T15:00:00Z',
      '2026-11-24T01:45:00.000Z',
    ],
    [
      'an end that is no quarter',
      { ...nights, zone: 'UTC', to: '07:31' },
      '2026-11-24T07:00:00Z',
      '2026-11-24T07:31:00.000Z',
    ],
    [
      'within one day',
      { ...nights, zone: 'UTC', from: '12:00', to: '13:00' },
      '2026-11-24T12:30:00Z',
      '2026-11-24T13:00:00.000Z',
    ],
    [
      'always: nothing is held for ever',
      { ...nights, days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] },
      '2026-11-24T12:30:00Z',
      undefined,
    ],
  ])('%s', (_name, quiet, now, end) => {
    expect(until(quiet, now)).toBe(end);
  });
});

describe('the weekly summary', () => {
  const monday = { day: 'mon', at: '09:00', zone: 'Europe/Berlin' } as const;

  test.each([
    ['before', '2026-11-23T07:59:00Z', undefined],
    ['at the minute', '2026-11-23T08:00:30Z', '2026-11-23T08:00:00.000Z'],
    ['later that day', '2026-11-23T20:11:00Z', '2026-11-23T08:00:00.000Z'],
    ['the next morning, within a day', '2026-11-24T07:30:00Z', '2026-11-23T08:00:00.000Z'],
    ['five minutes before it is a day late', '2026-11-24T07:55:00Z', '2026-11-23T08:00:00.000Z'],
    ['a day late to the minute', '2026-11-24T08:00:00Z', undefined],
    ['a day late', '2026-11-24T08:30:00Z', undefined],
    ['in summer', '2026-07-06T07:05:00Z', '2026-07-06T07:00:00.000Z'],
  ])('%s', (_name, now, slot) => {
    const found = weeklySlot(monday, Date.parse(now));
    expect(found === undefined ? undefined : new Date(found).toISOString()).toBe(slot);
  });

  test('at an hour that clocks leave out, the first moment after it', () => {
    const found = weeklySlot(
      { day: 'sun', at: '02:30', zone: 'Europe/Berlin' },
      Date.parse('2027-03-28T05:00:00Z'),
    );
    expect(new Date(found ?? 0).toISOString()).toBe('2027-03-28T01:00:00.000Z');
  });
});
