namespace DevPortal.Identity;

/// <summary>All texts of the sign-in pages, in <c>Texts.resx</c>; their keys are the English texts. A second language is one more file beside it.</summary>
public sealed class Texts;
