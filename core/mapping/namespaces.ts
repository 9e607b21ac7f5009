import { lengthPrefixed } from '../identity.ts';
import type { Sha256 } from '../ports.ts';

/** A namespace of the tenant (SEMANTICS 3.2): the token is immutable and shared by its feeds, the URI is presentation. */
export interface Namespace {
  readonly token: string;
  readonly system: string;
  readonly authorities: readonly string[];
  /** How values are compared: `strip` leading zeros, `upper` case. */
  readonly zeros: 'keep' | 'strip';
  readonly letters: 'keep' | 'upper';
}

export interface ResolvedNamespace {
  readonly token: string;
  readonly system: string;
  readonly known: boolean;
  readonly normalise: (value: string) => string;
}

/** An assigning authority as HD states it: namespace id, universal id and its type. */
export interface Authority {
  readonly name: string;
  readonly universal: string;
  readonly kind: string;
}

// A feed that sends a new authority with every message must not fill the memory.
const REMEMBERED = 4096;

const UNKNOWN = 'urn:tributary:namespace:';

/** Finds the namespace of an authority: by universal id before name; an unknown one gets a deterministic token and a URN. */
export class NamespaceBook {
  readonly #tenant: string;
  readonly #sha256: Sha256;
  readonly #byAuthority = new Map<string, ResolvedNamespace>();
  readonly #byToken = new Map<string, ResolvedNamespace>();
  readonly #bySystem = new Map<string, string>();
  readonly #unknown = new Map<string, ResolvedNamespace>();

  constructor(tenant: string, namespaces: readonly Namespace[], sha256: Sha256) {
    this.#tenant = tenant;
    this.#sha256 = sha256;
    for (const namespace of namespaces) {
      const resolved = {
        token: namespace.token,
        system: namespace.system,
        known: true,
        normalise: normaliser(namespace),
      };
      for (const authority of namespace.authorities) this.#byAuthority.set(authority, resolved);
      this.#byToken.set(namespace.token, resolved);
      this.#bySystem.set(namespace.system, namespace.token);
    }
  }

  of(authority: Authority): ResolvedNamespace {
    const known =
      (authority.universal === '' ? undefined : this.#byAuthority.get(authority.universal)) ??
      this.#byAuthority.get(authority.name);
    return known ?? this.#unknownOf(authority);
  }

  /** The namespace of a token that a CSV table names. */
  named(token: string): ResolvedNamespace {
    // A token that the feed does not list yet keeps its name, so that listing it later re-keys nothing.
    return this.#byToken.get(token) ?? { token, system: UNKNOWN + token, known: false, normalise: (value) => value };
  }

  /** The token behind a system that this book gave out, or any tenant's book of the same namespaces. */
  tokenOf(system: string): string {
    const known = this.#bySystem.get(system);
    if (known !== undefined) return known;
    if (system.startsWith(UNKNOWN)) return system.slice(UNKNOWN.length);
    const universal = /^urn:(?:oid|uuid):(.+)$/.exec(system)?.[1];
    return universal === undefined ? system : this.#unknownOf({ name: '', universal, kind: '' }).token;
  }

  #unknownOf(stated: Authority): ResolvedNamespace {
    const parts = stated.universal === '' ? ['name', stated.name] : ['universal', stated.universal.toLowerCase()];
    const key = lengthPrefixed(parts);
    const remembered = this.#unknown.get(key);
    if (remembered !== undefined) return remembered;
    const token = `x-${this.#sha256(lengthPrefixed(['namespace', this.#tenant, ...parts])).slice(0, 20)}`;
    // A text of a message keeps the whole message alive; what is remembered must be a copy.
    const copied = JSON.parse(JSON.stringify({ key, system: universalUri(stated) ?? UNKNOWN + token })) as Copied;
    const resolved = { token, system: copied.system, known: false, normalise: (value: string) => value };
    if (this.#unknown.size >= REMEMBERED) this.#unknown.clear();
    this.#unknown.set(copied.key, resolved);
    return resolved;
  }
}

interface Copied {
  readonly key: string;
  readonly system: string;
}

const OID = /^[0-2](?:\.(?:0|[1-9]\d*))+$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The URN of a universal id that is an OID or a UUID. */
export function universalUri(authority: Authority): string | undefined {
  if (OID.test(authority.universal)) return `urn:oid:${authority.universal}`;
  return UUID.test(authority.universal) ? `urn:uuid:${authority.universal.toLowerCase()}` : undefined;
}

function normaliser(namespace: Namespace): (value: string) => string {
  return (value) => {
    const stripped = namespace.zeros === 'strip' ? value.replace(/^0+(?=.)/, '') : value;
    return namespace.letters === 'upper' ? stripped.toUpperCase() : stripped;
  };
}
