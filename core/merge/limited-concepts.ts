import { partOf } from './unmapped-codes.ts';

/**
 * Languages of people: a weaker binding, but limited to BCP 47 (R4 patient.html#resource, "Preferred but limited to All
 * Languages"). A concept whose codings are all the sender's own goes beyond it. The text stays, and the codings move to
 * `extension(urn:tributary:unmapped-code)` of the concept, from which a feed's mapping can bring them back.
 */
const LANGUAGES = 'urn:ietf:bcp:47';

type Fields = Record<string, unknown>;

/** Changes what it is given at the top only: the resource's own list is put in place of what a slot holds. */
export function limitLanguages(type: string, resource: Fields): void {
  const stated = resource['communication'];
  if (!Array.isArray(stated)) return;
  if (type === 'Practitioner') resource['communication'] = stated.map(limited);
  else if (type === 'Patient' || type === 'RelatedPerson')
    resource['communication'] = stated.map((one: Fields) =>
      one['language'] === undefined ? one : { ...one, language: limited(one['language'] as Fields) },
    );
}

function limited(concept: Fields): Fields {
  const { coding, ...rest } = concept;
  if (!Array.isArray(coding) || coding.some((one: Fields) => one['system'] === LANGUAGES)) return concept;
  const known: readonly unknown[] = Array.isArray(rest['extension']) ? rest['extension'] : [];
  return { ...rest, extension: [...known, partOf('coding', { coding })] };
}
