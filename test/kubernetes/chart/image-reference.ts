/** A registry, a path, then a tag or a digest. */
const reference = /^([a-z0-9.-]+(:\d+)?\/)?[a-z0-9._-]+(\/[a-z0-9._-]+)*(:\w[\w.-]{0,127}|@sha256:[a-f0-9]{64})$/;

/** Whether an image is the same tomorrow, as far as its name tells. */
export function isRepeatable(image: string): boolean {
  return reference.test(image) && !image.endsWith(':latest');
}
