import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { asOurError } from './service-error.ts';

/** The tenant's secret; asked for once per warm function. */
export function secretSource(
  secretId: string,
  client: SecretsManagerClient = new SecretsManagerClient({}),
): () => Promise<string> {
  let asked: Promise<string> | undefined;
  return () => {
    asked ??= client.send(new GetSecretValueCommand({ SecretId: secretId })).then(
      (answer) => answer.SecretString ?? '',
      (error: unknown) => {
        asked = undefined;
        throw asOurError(error);
      },
    );
    return asked;
  };
}
