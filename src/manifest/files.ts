/** The files of a connector's folder by their path: YAML, and the samples. */
export type ManifestFiles = Readonly<Record<string, string>>

/** The file that names all others. */
export const MAIN_FILE = 'connector.yaml'
