/** A text without the passwords and query strings of the URLs in it: what may be logged, printed or recorded. */
export function withoutSecrets(text: string): string {
  if (!text.includes('//')) return text;
  return text.replace(/(\/\/)[^\s/"'<>]*@/g, '$1***@').replace(/(:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/g, '$1?***');
}
