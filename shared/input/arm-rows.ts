import { compareText, read, unread, type ArmId, type Read } from '../model/index.ts';
import { codeOfArm, reasonOfArm, sourceOf, type ArmAccess } from './arm-access.ts';
import { Cursor } from './cursor.ts';
import { budgetOf, spend, subscriptionCapacity } from './list-budget.ts';
import { oneOfTwo } from './one-of-two.ts';

/**
 * Every resource of a list of ARM as our row, in order of id. A page that cannot be had, or a
 * resource without an id, makes the whole list unread, and so does more than may be kept; one that is
 * there twice counts once.
 */
export async function readRows<T extends { readonly id: ArmId }>(
  access: ArmAccess,
  name: string,
  items: AsyncIterable<unknown>,
  parse: (item: Cursor) => T | undefined,
): Promise<Read<readonly T[]>> {
  const source = sourceOf(access, name);
  const budget = budgetOf(access.taken);
  const origin = { source, problems: access.problems, taken: budget.list };
  const rows = new Map<ArmId, T>();
  try {
    let index = 0;
    for await (const item of items) {
      const cursor = new Cursor(item, `value[${index++}]`, origin);
      const before = budget.list.parts;
      const row = parse(cursor);
      spend(budget, before, subscriptionCapacity);
      if (row === undefined) return unread(`${source}: ${cursor.path} has no id`);
      const known = rows.get(row.id);
      if (known !== undefined)
        access.problems.add(
          source,
          `${cursor.path} is duplicated (${row.id}); counted once`,
          `${row.id} duplicated`,
        );
      rows.set(row.id, known === undefined ? row : oneOfTwo(known, row));
    }
  } catch (error) {
    return unread(reasonOfArm(error, source), codeOfArm(error));
  }
  return read([...rows.values()].toSorted((a, b) => compareText(a.id, b.id)));
}
