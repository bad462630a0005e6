// The world is greeted; then it stays until its input ends, so that its memory can be measured.
Console.WriteLine("Hello, World!");
using var input = Console.OpenStandardInput();
return input.ReadByte() < 0 ? 0 : 1;
