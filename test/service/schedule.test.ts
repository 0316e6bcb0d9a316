import { describe, expect, test } from '@jest/globals';
import { isSchedule, slotAtOrBefore, slotsBetween } from '../../shared/service/schedule.ts';

describe('NCRONTAB', () => {
  test.each([
    ['0 0 */6 * * *', true],
    ['0 */5 * * * *', true],
    ['0 30 9 * Jan-Mar Mon-Fri', true],
    ['0 0 0 1,15 * *', true],
    ['0 5/15 * * * *', true],
    ['*/5 * * * *', false],
    ['60 * * * * *', false],
    ['0 0 0 0 * *', false],
    ['0 0 0 * 13 *', false],
    ['0 0 0 * * 8', false],
    ['0 */0 * * * *', false],
    ['0 10-5 * * * *', false],
    ['every day', false],
    ['', false],
  ])('%s -> %s', (text, valid) => {
    expect(isSchedule(text)).toBe(valid);
  });

  test.each([
    ['0 0 */6 * * *', '2026-11-23T07:12:13.456Z', '2026-11-23T06:00:00.000Z'],
    ['0 0 */6 * * *', '2026-11-23T06:00:00.000Z', '2026-11-23T06:00:00.000Z'],
    ['0 0 */6 * * *', '2026-11-23T05:59:59.999Z', '2026-11-23T00:00:00.000Z'],
    ['0 0 0 1 * *', '2026-11-23T05:00:00.000Z', '2026-11-01T00:00:00.000Z'],
    ['0 30 9 * * Mon', '2026-11-24T00:00:00.000Z', '2026-11-23T09:30:00.000Z'],
    ['*/10 * * * * *', '2026-11-23T05:00:07.000Z', '2026-11-23T05:00:00.000Z'],
    ['0 0 12 29 2 *', '2026-11-23T00:00:00.000Z', '2024-02-29T12:00:00.000Z'],
    ['0 0 12 30 2 *', '2026-11-23T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
  ])('%s at %s is the slot %s', (schedule, time, slot) => {
    expect(slotAtOrBefore(schedule, new Date(time)).toISOString()).toBe(slot);
  });

  test.each([
    ['0 0 */6 * * *', '2026-11-23T00:00:00Z', '2026-11-23T06:00:00Z', 0],
    ['0 0 */6 * * *', '2026-11-22T00:00:00Z', '2026-11-23T18:00:00Z', 6],
    ['0 0 */6 * * *', '2026-11-23T06:00:00Z', '2026-11-23T06:00:00Z', 0],
    ['* * * * * *', '2025-11-23T06:00:00Z', '2026-11-23T06:00:00Z', 100],
  ])('%s: between %s and %s lie %d slots', (schedule, earlier, later, count) => {
    expect(slotsBetween(schedule, new Date(earlier), new Date(later))).toBe(count);
  });
});
