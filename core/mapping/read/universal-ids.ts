import { universalUri } from '../namespaces.ts';
import type { Place } from '../place.ts';
import type { Run } from '../run.ts';

/**
 * `universal-id`: HD's universal id and its type (table 0301) as a URI: `urn:oid:`, `urn:uuid:`, `urn:dns:`, a URI as it
 * stands. Another type, or an id that is none of its type, gives nothing.
 */
export function universalId(args: readonly Place[], run: Run): string | undefined {
  const [universal = '', kind = ''] = args.map((place) => place.text());
  if (universal === '') return undefined;
  const uri = uriOf(universal, kind.toUpperCase());
  if (uri === undefined && kind !== '') run.issue('value-dropped', args[0]?.path() ?? '');
  return uri;
}

function uriOf(universal: string, kind: string): string | undefined {
  if (kind === 'ISO' || kind === 'UUID') return universalUri({ name: '', universal, kind });
  if (kind === 'DNS' && /^[A-Za-z0-9.-]+$/.test(universal)) return `urn:dns:${universal}`;
  return kind === 'URI' && /^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$/.test(universal) ? universal : undefined;
}
