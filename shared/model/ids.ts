declare const brand: unique symbol;

/** A string that went through its parse function once; plain strings do not pass for it. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** An Azure resource id, lower-cased where it entered: ARM spells one id in several ways. */
export type ArmId = Brand<string, 'ArmId'>;
/** The name of a Kubernetes Node, as the Node object spells it. */
export type NodeName = Brand<string, 'NodeName'>;

/** ARM ids compare in any letter case: lower-cased, they compare as texts. */
export function armId(text: string): ArmId {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand is put on here and nowhere else
  return text.trim().toLowerCase() as ArmId;
}

/** Nodes and virtual machines compare lower-cased, too. */
export function nodeName(text: string): NodeName {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  return text as NodeName;
}

/** The parts of an ARM id that a reader needs, lower-cased; `undefined` where the id has none. */
export interface ArmIdParts {
  readonly subscriptionId: string | undefined;
  readonly resourceGroup: string | undefined;
  /** Last segment: the name of the resource itself. */
  readonly name: string;
}

/** Splits an ARM id. Never throws: an id that is none gives its last segment as name. */
export function armIdParts(id: ArmId): ArmIdParts {
  const segments = id.split('/').filter((segment) => segment !== '');
  const after = (key: string): string | undefined => {
    const at = segments.indexOf(key);
    return at === -1 ? undefined : segments[at + 1];
  };
  return {
    subscriptionId: after('subscriptions'),
    resourceGroup: after('resourcegroups'),
    name: segments.at(-1) ?? '',
  };
}

/** Equality of names in which Azure ignores letter case. */
export function sameName(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length !== b.length || differSoon(a, b)) return false;
  return a.toLowerCase() === b.toLowerCase();
}

/** Whether two texts differ in some ASCII letter: most do in the first few, and thousands are compared. */
function differSoon(a: string, b: string): boolean {
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x !== y && x < 128 && y < 128 && lower(x) !== lower(y)) return true;
  }
  return false;
}

/** Order by code unit, the same on every machine and in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * `a` + the Service's UID without hyphens, 32 characters in all: prefix of all that Azure's cloud provider names
 * for the Service (source: cloud-provider-azure).
 */
export function serviceKey(uid: string): string {
  return `a${uid.replaceAll('-', '')}`.slice(0, 32);
}

/**
 * The `serviceKey` that a name in Azure begins with, lower-cased; undefined where the name is not one that the
 * cloud provider gives to what it makes for a Service.
 */
export function keyInName(name: string): string | undefined {
  return /^a[0-9a-f]{31}(?:-|$)/iu.test(name) ? name.slice(0, 32).toLowerCase() : undefined;
}

/** Whether a name in Azure begins with a Service's key, lower-cased, in any letter case. */
export function beginsWithKey(name: string, key: string): boolean {
  // Most names differ in the second letter already: the first is an `a` of each key.
  return (
    lower(name.charCodeAt(1)) === lower(key.charCodeAt(1)) &&
    name.slice(0, key.length).toLowerCase() === key
  );
}

/** The code of an ASCII letter in lower case. */
function lower(code: number): number {
  return code | 0x20;
}
