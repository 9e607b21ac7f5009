import { layout } from '../../core/layout.ts';
import type { Answer, NoteAnswers, PieceAnswer } from '../../core/notes/answers.ts';
import { callLimits } from '../../core/notes/budget.ts';
import { cutText } from '../../core/notes/cut.ts';
import { readJson } from '../../core/read-json.ts';
import type { Ports } from './step.ts';

type AnswerPorts = Pick<Ports, 'objects' | 'work' | 'extraction' | 'keyedHash'>;

/** The service does not tell its model before it is asked, so the cache is bound to the models this code was written for. */
const MODELS = 'entities-3.3.0-icd10-3.3.0-rxnorm-3.3.0';

/** The service's answers for a text, from the cache when it was read before. */
export async function answersFor(text: string, tenant: string, ports: AnswerPorts): Promise<NoteAnswers> {
  const key = layout.entities(tenant, (await ports.keyedHash())(text).slice(0, 40), MODELS);
  const known = await readJson<NoteAnswers>(ports.objects, ports.work, key);
  if (known !== undefined) return known;
  const { icd10, rxnorm, entities } = ports.extraction.operations;
  const pieces = cutText(text, callLimits).filter((piece) => piece.text.trim() !== '');
  const ask = async (operation: (piece: string) => Promise<Answer>): Promise<PieceAnswer[]> =>
    await Promise.all(pieces.map(async (piece) => ({ offset: piece.offset, answer: await operation(piece.text) })));
  const [icd10Answers, rxnormAnswers, entityAnswers] = await Promise.all([ask(icd10), ask(rxnorm), ask(entities)]);
  const answers: NoteAnswers = { icd10: icd10Answers, rxnorm: rxnormAnswers, entities: entityAnswers };
  await ports.objects.put({ bucket: ports.work, key }, JSON.stringify(answers));
  return answers;
}
