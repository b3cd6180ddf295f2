/** What search engines are told of a locked page: that its rest is paid, and which part that is. @see https://schema.org/isAccessibleForFree */

/** Search engines take class selectors only. */
export const paidClass = 'micropay-paid';

export const structuredData = (title: string) => ({
  '@context': 'https://schema.org',
  '@type': 'Article',
  headline: title,
  isAccessibleForFree: false,
  hasPart: {
    '@type': 'WebPageElement',
    isAccessibleForFree: false,
    cssSelector: `.${paidClass}`,
  },
});
