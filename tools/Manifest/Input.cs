namespace DevPortal.Manifest;

/// <summary>What a parameter needs to get its value.</summary>
public sealed record Input(bool Secret = false, InputDefault? Default = null);

public sealed record InputDefault(string? Value = null, Generate? Generate = null);

/// <summary>A value to be made once, of letters, digits and, unless <paramref name="Special"/> is false, signs.</summary>
public sealed record Generate(int MinLength = 22, bool Special = true);
