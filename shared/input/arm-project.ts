import { isFields, isList } from './arm-check.ts';
import { isProviderTag, type ArmShape } from './arm-shapes.ts';
import { isObject } from './cursor.ts';

/** Of a resource what is read of it, and nothing else. What has another shape than it should keeps that. */
export function projectResource(value: unknown, shape: ArmShape): unknown {
  if (Array.isArray(value))
    return value.map((each: unknown) => projectResource(each, isList(shape) ? shape[0] : shape));
  if (!isObject(value)) return value;
  if (shape === 'map' || shape === 'any') return value;
  if (shape === 'provider-tags')
    return Object.fromEntries(Object.entries(value).filter(([name]) => isProviderTag(name)));
  if (shape === 'reference') return Object.hasOwn(value, 'id') ? { id: value['id'] } : {};
  const fields = isFields(shape) ? Object.entries(shape) : [];
  return Object.fromEntries(
    fields.flatMap(([key, field]) =>
      Object.hasOwn(value, key) ? [[key, projectResource(value[key], field)]] : [],
    ),
  );
}
