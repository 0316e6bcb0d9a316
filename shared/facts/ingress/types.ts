import type { Controller } from '../../load-balancing/index.ts';
import type { RouteKind, ServiceName, Tristate } from '../../model/index.ts';

/** What routes requests: its kind, name and age. */
export interface RouteName {
  readonly kind: 'Ingress' | RouteKind;
  readonly namespace: string;
  readonly name: string;
  readonly createdAt?: string;
}

/** A class of Ingresses, or a Gateway: the routes that share it share its frontend. */
export interface EntryPoint {
  /** `IngressClass nginx`, `Gateway shop/web`. */
  readonly id: string;
  readonly kind: 'IngressClass' | 'Gateway';
  readonly namespace?: string;
  readonly name: string;
  readonly controller: Controller;
  /** LoadBalancer Services in front of it; empty where none of the cluster's is known to be. */
  readonly services: readonly ServiceName[];
  /** Addresses and names that its objects' statuses give. */
  readonly addresses: readonly string[];
}

/** One host and path that a route claims at an entry point. */
export interface HostRoute {
  readonly source: RouteName;
  readonly entryPoint: string;
  /** Of a Gateway: the listener that hands requests on. */
  readonly listener?: string;
  /** `''` = every host. */
  readonly host: string;
  readonly path: string;
  readonly pathType: string;
  /** What else a request must have: `method GET, header version`; absent = nothing. */
  readonly also?: string;
  /** Equal for claims to the same requests. */
  readonly key: string;
  /** Answers by itself: a redirect. */
  readonly redirects: boolean;
  /** Takes a part of another route's requests (canary of ingress-nginx). */
  readonly canary?: true;
  readonly targets: readonly RouteTarget[];
}

/** A backend of a route. */
export interface RouteTarget {
  /** `Service`, or what only its controller understands. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly port: number | string | undefined;
  /** Of the requests that the route takes, 0 to 1; `undefined` = depends on what clients send. */
  readonly part: number | undefined;
  /** Whether a reference into another namespace is granted. */
  readonly permitted: Tristate;
  /** How its endpoints share the requests. */
  readonly spreads: 'endpoints' | 'unknown';
}

/** An object that nobody serves, or part of it, and why. */
export interface Unserved {
  readonly subject: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly code: UnservedCode;
  /** What its class or parent is called. */
  readonly by: string;
  /** Said by a controller in the object's status, in its own words. */
  readonly message?: string;
  /** Hosts that nobody gets there for it; `''` = every host. */
  readonly hosts: readonly string[];
}

export type UnservedCode =
  | 'class-missing'
  | 'no-class'
  | 'controller-missing'
  | 'class-not-accepted'
  | 'not-accepted'
  | 'not-programmed'
  | 'listener-not-programmed'
  | 'parent-missing'
  | 'not-attached';

/** What the objects of one API amount to. */
export interface Routing {
  readonly entryPoints: readonly EntryPoint[];
  readonly routes: readonly HostRoute[];
  readonly unserved: readonly Unserved[];
  /** References that lead nowhere or are not granted, as far as statuses say so. */
  readonly unresolved: readonly Unresolved[];
  /** Objects of which it is not known whether somebody serves them. */
  readonly undecided: readonly {
    readonly subject: { readonly namespace: string; readonly name: string };
    readonly why: string;
  }[];
}

/** A condition `ResolvedRefs` that is false. */
export interface Unresolved {
  readonly subject: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly reason: string;
  readonly message: string;
  /** Of a Gateway: the listener concerned. */
  readonly listener?: string;
}
