/** The blocks in the editor, in WordPress's own words: no build step. */
(({ blocks, blockEditor, components, element, i18n }) => {
  const { createElement: el } = element;
  const { __ } = i18n;
  const { InnerBlocks, InspectorControls, useBlockProps } = blockEditor;
  const { PanelBody, TextControl } = components;

  const tipFields = {
    amount: __('Amount, such as 0.02', 'micro-pay'),
    currency: __('Currency, such as USD', 'micro-pay'),
    reason: __('What for', 'micro-pay'),
  };

  const itemFields = { item: __('Its number at the wallet, itm_…', 'micro-pay'), ...tipFields };

  const editing = (title, fieldLabels) =>
    function Edit({ attributes, setAttributes }) {
      const fields = Object.entries(fieldLabels).map(([name, label]) =>
        el(TextControl, {
          key: name,
          label,
          value: attributes[name],
          onChange: (text) => setAttributes({ [name]: text }),
        }),
      );
      const price = [attributes.amount, attributes.currency].filter(Boolean).join(' ');
      return el(
        'div',
        useBlockProps(),
        el(InspectorControls, null, el(PanelBody, { title }, fields)),
        el('p', null, `🪙 ${title} ${price || __('(the site’s price)', 'micro-pay')}`),
      );
    };

  function PaidEdit() {
    return el(
      'div',
      useBlockProps({ style: { borderInlineStart: '4px solid', paddingInlineStart: '1em' } }),
      el('p', null, el('strong', null, __('Paid from here', 'micro-pay'))),
      el(InnerBlocks),
    );
  }

  const register = (name, title, fieldLabels) =>
    blocks.registerBlockType(name, {
      apiVersion: 3,
      title,
      icon: 'money-alt',
      category: 'widgets',
      attributes: Object.fromEntries(
        Object.keys(fieldLabels).map((field) => [field, { type: 'string', default: '' }]),
      ),
      edit: editing(title, fieldLabels),
      save: () => null,
    });
  register('micro-pay/tip', __('Tip', 'micro-pay'), tipFields);
  register('micro-pay/item', __('Something for sale', 'micro-pay'), itemFields);
  blocks.registerBlockType('micro-pay/paid', {
    apiVersion: 3,
    title: __('Paid part', 'micro-pay'),
    icon: 'lock',
    category: 'design',
    supports: { multiple: false, html: false },
    edit: PaidEdit,
    save: () => el(InnerBlocks.Content),
  });
})(window.wp);
