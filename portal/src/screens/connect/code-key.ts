/** Under which the answer to `askConsentByCode` is known. */
export const codeKey = (connectionId: string) => ['consent-code', connectionId] as const
