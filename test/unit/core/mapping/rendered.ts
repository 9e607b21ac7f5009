import { checkResource } from '../../../../core/fhir/check.ts';
import type { Conversion } from '../../../../core/mapping/conversion.ts';
import { stringifyFhir } from '../../../../core/mapping/fhir-json.ts';
import { render } from '../../../../core/merge/render.ts';

/** Faults that our checker finds in what a conversion renders to, each with its resource type. */
export function faultsOf(conversion: Conversion): readonly string[] {
  if (conversion.state !== 'mapped') return [];
  return conversion.resources.flatMap((draft) => {
    const written: unknown = JSON.parse(stringifyFhir(render(draft.type, draft.id, draft.slots)));
    return checkResource(written).map((issue) => `${draft.type} ${JSON.stringify(issue)}`);
  });
}
