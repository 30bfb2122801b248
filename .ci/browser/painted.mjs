// Pictures that a page paints one after the other, counted in the page itself: asking from outside would miss most of them.

/**
 * From now on notes the different pictures that a cell paints where `selector` says. What is returned tells how many there were,
 * and the size of the largest in characters.
 */
export async function watchPictures(cell, selector) {
  await cell.evaluate((node, wanted) => {
    const painted = new Set();
    window.paintedByCell = painted;
    let due = false;
    const look = () => {
      due = false;
      const picture = node.querySelector(wanted);
      if (picture) painted.add(picture.outerHTML);
    };
    new MutationObserver(() => {
      if (due) return;
      due = true;
      requestAnimationFrame(look);
    }).observe(node, { subtree: true, childList: true, attributes: true, characterData: true });
  }, selector);
  return () =>
    cell.page().evaluate(() => {
      const pictures = [...window.paintedByCell];
      return { count: pictures.length, largest: Math.max(0, ...pictures.map(({ length }) => length)) };
    });
}
