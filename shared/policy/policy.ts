import type * as z from 'zod';
import { policySchema } from './schema.ts';

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

/** What people decided about the audit: a policy file that was checked, defaults filled in. */
export type Policy = Frozen<z.output<ReturnType<typeof policySchema>>>;
export type Exemption = Policy['exemptions'][number];
export type ExemptionScope = NonNullable<Exemption['scope']>;
export type SlackPolicy = NonNullable<Policy['slack']>;
export type SlackRoute = SlackPolicy['routes'][number];
export type QuietHours = NonNullable<SlackPolicy['quietHours']>;

/** Where no policy file is: every rule as it comes, every cluster. */
export const defaultPolicy: Policy = policySchema([]).parse({ version: 1 });
