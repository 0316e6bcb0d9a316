import { armId, armIdParts, compareText, type ArmId } from '../model/index.ts';
import type { Cursor } from '../input/cursor.ts';

/** From what the network client hands out to our ids. They are lower-cased here, once. */

export interface ArmIdentity {
  readonly id: ArmId;
  readonly name: string;
}

/** Id and name of a resource; `undefined` where it has no id. */
export function armIdentityOf(item: Cursor): ArmIdentity | undefined {
  const id = item.text('id', 2048);
  if (id === undefined || id === '') return undefined;
  return { id: armId(id), name: item.text('name', 260) ?? armIdParts(armId(id)).name };
}

/** The same for a part of a resource: without an id of its own it is where its name says. */
export function partOf(
  owner: ArmIdentity,
  collection: string,
  item: Cursor,
): ArmIdentity | undefined {
  const name = item.text('name', 260) ?? '';
  const own = armIdentityOf(item);
  if (own !== undefined) return own;
  if (name !== '') return { id: armId(`${owner.id}/${collection}/${name}`), name };
  item.at('id').fault('an ARM id');
  return undefined;
}

/** Id of a reference `{ "id": … }`. */
export function referenceId(item: Cursor, key: string): ArmId | undefined {
  const reference = item.at(key);
  if (reference.absent) return undefined;
  const id = reference.text('id', 2048);
  return id === undefined || id === '' ? undefined : armId(id);
}

/** Ids of a list of references. */
export function referenceIds(item: Cursor, key: string): readonly ArmId[] {
  return item.objects(key).flatMap((each) => {
    const id = each.text('id', 2048);
    return id === undefined || id === '' ? [] : [armId(id)];
  });
}

/** Order of the parts of a resource, whatever the order in which ARM gave them. */
export function byId(a: { readonly id: ArmId }, b: { readonly id: ArmId }): number {
  return compareText(a.id, b.id);
}
