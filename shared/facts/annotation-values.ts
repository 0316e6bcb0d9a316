import {
  parseIp,
  rangeFault,
  saysTrue,
  type AnnotationValues,
  type TextFormat,
} from '../load-balancing/index.ts';
import type { ServicePort } from '../model/index.ts';
import { meansFalse, meansTrue } from './internal-intent.ts';

/** Does a value make sense as that of another annotation? Only then is the other name proposed. */
export function fits(
  values: AnnotationValues,
  value: string,
  ports: readonly ServicePort[],
): boolean {
  const text = value.trim();
  switch (values.kind) {
    case 'flag':
      return meansTrue(text) || meansFalse(text);
    case 'ip-ranges':
      return text.split(',').every((range) => rangeFault(range.trim())?.kind !== 'no-range');
    case 'one-of':
      return values.values.includes(text.toLowerCase());
    case 'whole-number':
      return isWithin(text, values.least, values.most);
    case 'text':
      return isText(values.format, text, ports);
  }
}

function isText(format: TextFormat, text: string, ports: readonly ServicePort[]): boolean {
  switch (format) {
    case 'ipv4':
      return parseIp(text)?.family === 'IPv4';
    case 'ipv6':
      return parseIp(text)?.family === 'IPv6';
    case 'addresses':
      return text.split(/[\s,]+/u).every((each) => parseIp(each) !== undefined);
    case 'arm-id':
      return /^\/subscriptions\//iu.test(text);
    case 'path':
      return text.startsWith('/');
    case 'tags':
      return /^[^=,]+=[^=,]*(?:,[^=,]+=[^=,]*)*$/u.test(text);
    case 'port':
      return isWithin(text, 0, 65_535) || ports.some(({ name }) => name === text.toLowerCase());
    case 'name':
      return isName(text);
    case 'names':
      return text.split(/[\s,]+/u).every((each) => isName(each) || each === '*');
  }
}

function isWithin(text: string, least: number, most = Infinity): boolean {
  return /^\d{1,10}$/u.test(text) && Number(text) >= least && Number(text) <= most;
}

/** No address, path, number or truth value, all of which are written for another purpose. */
function isName(text: string): boolean {
  const other = parseIp(text) !== undefined || meansFalse(text) || saysTrue(text);
  return !other && /^[\w.-]{1,80}$/u.test(text) && !/^\d+$/u.test(text);
}

/** A value that the cloud provider takes for something else than it says; `undefined` where it is read. */
export function misreadValue(values: AnnotationValues, value: string): string | undefined {
  if (values.kind === 'flag')
    return saysTrue(value) || meansFalse(value) ? undefined : 'anything but true counts as false';
  if (values.kind !== 'one-of' || values.values.includes(value.trim().toLowerCase()))
    return undefined;
  return values.values.length === 1
    ? meansFalse(value)
      ? undefined
      : 'only true counts: the Service is public'
    : `unsupported values fall back to ${values.values[0] ?? ''}`;
}
