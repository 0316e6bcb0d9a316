/** A fraction as people write it: `33.3 %`, `100 %`, `<0.01 %`. Only all is 100 %, and only nothing 0 %. */
export function percent(fraction: number): string {
  return `${percentNumber(fraction)} %`;
}

/** The number alone, for lists such as `36/33/31`. */
export function percentNumber(fraction: number): string {
  const value = fraction * 100;
  const whole = Math.abs(value - Math.round(value)) < 5e-7;
  if (whole) return Math.round(value).toFixed(0);
  if (value > 99.9) return '>99.9';
  if (value < 0.01) return '<0.01';
  return value.toFixed(value < 0.1 ? 2 : 1);
}

/** `1 pod`, `3 pods`, `1,200 pods`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** A whole number with its digits in threes, the same in every locale: `12,345`. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/gu, ',');
}

/** `a`, `a and b`, `a, b and c`; long lists end in `and 7 more`. */
export function listed(names: readonly string[], limit = 5): string {
  const shown =
    names.length > limit ? [...names.slice(0, limit), `${names.length - limit} more`] : names;
  if (shown.length <= 1) return shown[0] ?? 'none';
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

/** `2026-11-23 06:00 UTC` of an ISO time; anything else as it is. */
export function timeText(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|\+00:00)$/u.exec(iso);
  return match === null ? iso : `${match[1] ?? ''} ${match[2] ?? ''} UTC`;
}
