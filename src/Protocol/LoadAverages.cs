namespace Rwho.Protocol;

/// <summary>The load over 1, 5 and 15 minutes, times 100, signed as sent.</summary>
/// <remarks>Old manual pages say 5, 10 and 15 minutes; every sender sends 1, 5 and 15.</remarks>
public readonly record struct LoadAverages(int One, int Five, int Fifteen);
