import { conceptKey, readEi } from './identifiers.ts';
import type { KeyMaker } from './key.ts';

/**
 * Id of what is told of an accident: the patient with the accident's number (ACC-13), else with when and what it was
 * (HL7 v2.8.2 6.5.9; SEMANTICS 3.8). An accident without either is not told from another, and not made.
 */
export const accident: KeyMaker = ({ scope, run, isDummy, patient }) => {
  const acc = scope.find('ACC');
  if (acc === undefined) return undefined;
  const number = readEi(acc, 13, run, isDummy);
  if (number !== undefined) {
    return run.setting.id('Observation', patient, 'accident', number.namespace.token, number.value);
  }
  const told = [acc.text(1).trim(), ...conceptKey(acc, 2)];
  return told.join('') === '' ? undefined : run.setting.id('Observation', patient, 'accident', 'at', ...told);
};

/** Id of what is told of a patient's death (HL7 v2.8.2 3.4.17): there is one. */
export const death: KeyMaker = ({ scope, run, patient }) =>
  scope.find('PDA') === undefined || patient === '' ? undefined : run.setting.id('Observation', patient, 'death');
