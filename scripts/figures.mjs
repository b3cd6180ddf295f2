// Drawings on one page, each with its name: what the contact sheets of pages and of stories are made of.

/**
 * @param {import('playwright').Browser} browser
 * @param {{ name: string, width: number, png: Buffer }[]} figures
 * @param {string} most how large each is shown
 * @returns a PNG
 */
export async function compose(browser, figures, most = 'max-width:560px;max-height:760px') {
  const page = await browser.newPage({ viewport: { width: 2400, height: 1000 } });
  await page.setContent(
    `<style>body{font:16px sans-serif;display:flex;flex-wrap:wrap;gap:16px;background:#888;margin:16px;align-items:start}
    figure{margin:0;background:#ddd;padding:6px}img{display:block;${most}}</style>${figures
      .map(
        ({ name, width, png }) =>
          `<figure><figcaption>${name} · ${width}</figcaption><img src="data:image/png;base64,${png.toString('base64')}"></figure>`,
      )
      .join('')}`,
  );
  const png = await page.screenshot({ fullPage: true });
  await page.close();
  return png;
}
