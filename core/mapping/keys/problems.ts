import type { FindSegment } from '../env.ts';
import type { Run } from '../run.ts';
import { conceptKey, readEi } from './identifiers.ts';

type IsDummy = (value: string) => boolean;

/** Id of a problem: PRB-4, else the patient and the code (SEMANTICS 3.8). */
export function problemId(segments: FindSegment, run: Run, isDummy: IsDummy, patient: string): string | undefined {
  const prb = segments('PRB');
  if (prb === undefined) return undefined;
  const own = readEi(prb, 4, run, isDummy);
  if (own !== undefined) return run.setting.id('Condition', 'problem', own.namespace.token, own.value);
  const code = conceptKey(prb, 3);
  return code.length === 0 ? undefined : run.setting.id('Condition', 'problem', patient, ...code);
}

/** Id of a goal: GOL-4, else the patient and the goal of the institution's list (HL7 v2.8.2 12.4.1). */
export function goalId(segments: FindSegment, run: Run, isDummy: IsDummy, patient: string): string | undefined {
  const gol = segments('GOL');
  if (gol === undefined) return undefined;
  const own = readEi(gol, 4, run, isDummy);
  if (own !== undefined) return run.setting.id('Goal', own.namespace.token, own.value);
  const code = conceptKey(gol, 3);
  return code.length === 0 ? undefined : run.setting.id('Goal', patient, ...code);
}
